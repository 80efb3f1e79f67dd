// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/viewer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include "tb/wave/run_waves.h"
#include "waves/gtkwave.h"
#include "waves/save_file.h"

namespace tb::wave {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDrawSecondsMax = "100";

bool installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const std::size_t end = rest.find(':');
    const fs::path candidate = fs::path(rest.substr(0, end)) / program;
    if (::access(candidate.c_str(), X_OK) == 0) return true;
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
  }
  return false;
}

void require(const std::string& program, const std::string& package) {
  if (!installed(program)) throw WaveError(fmt::format("{0} is not installed (Debian: apt install {1})", program, package));
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// Returns its exit status, or 128 and the signal.
int run_program(const std::vector<std::string>& command, const fs::path& output) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    const int fd = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd >= 0) {
      ::dup2(fd, STDOUT_FILENO);
      ::dup2(fd, STDERR_FILENO);
    }
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// A folder of its own for what a drawing needs.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "scx-cosim-wave-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), pattern);
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

std::vector<std::string> viewer_command(const fs::path& dir, const std::string& name) {
  return {"gtkwave", (dir / "waves.fst").string(), (dir / (name + ".gtkw")).string()};
}

void require_viewer() {
  require("gtkwave", "gtkwave");
  if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY"))
    throw WaveError("there is no display (DISPLAY is not set): --png FILE draws the waves without one");
}

void require_drawing(const fs::path& png) {
  require("gtkwave", "gtkwave");
  require("xvfb-run", "xvfb xauth");
  const fs::path folder = png.has_parent_path() ? png.parent_path() : fs::path(".");
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw WaveError(fmt::format("cannot write to {}: {}", folder.string(), std::strerror(errno)));
}

void open_viewer(const fs::path& dir, const std::string& name) { run_program(viewer_command(dir, name), "/dev/null"); }

void draw(const fs::path& dir, const std::string& name, const waves::Picture& picture, const fs::path& png) {
  const ScratchFolder scratch;
  const fs::path drawn = scratch.path() / "drawn.png";
  const fs::path rc = scratch.path() / "rc";
  const fs::path script = scratch.path() / "draw.tcl";
  const fs::path output = scratch.path() / "output";
  waves::write_text(rc, waves::gtkwave_picture_rc(picture));
  fs::create_directories(scratch.path() / "gtk-3.0");
  waves::write_text(scratch.path() / "gtk-3.0" / "gtk.css", waves::gtkwave_picture_css());
  waves::write_text(script, waves::gtkwave_picture_script(picture, drawn.string()));
  std::vector<std::string> command{"timeout",
                                   kDrawSecondsMax,
                                   "xvfb-run",
                                   "-a",
                                   "-s",
                                   "-screen 0 1920x1080x24",
                                   "env",
                                   "GTK_CSD=0",
                                   "GTK_THEME=Adwaita",
                                   "XDG_CONFIG_HOME=" + scratch.path().string()};
  for (const std::string& word : viewer_command(dir, name)) command.push_back(word);
  for (const std::string& word :
       {std::string("--nomenus"), std::string("--nowm"), "--rcfile=" + rc.string(), "--script=" + script.string()})
    command.push_back(word);
  const int status = run_program(command, output);
  if (!fs::exists(drawn) || fs::file_size(drawn) == 0) throw WaveError(fmt::format("GTKWave drew nothing (status {})", status));
  fs::copy_file(drawn, png, fs::copy_options::overwrite_existing);
}

}  // namespace tb::wave
