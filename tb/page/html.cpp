// SPDX-License-Identifier: Apache-2.0
#include "tb/page/html.h"

#include <fmt/format.h>

#include <stdexcept>

#include "page_assets.h"  // generated

namespace tb::page {
namespace {

std::string replaced(std::string_view text, char what, std::string_view with) {
  std::string out;
  for (const char c : text)
    if (c == what) out += with;
    else out += c;
  return out;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out = replaced(text, '&', "&amp;");
  out = replaced(out, '<', "&lt;");
  return replaced(out, '"', "&quot;");
}

// Of JSON only texts hold this character.
std::string script_json(const json::Value& value) { return replaced(value.dump(), '<', "\\u003c"); }

std::string_view asset(std::string_view name) {
  for (const auto& [file, text] : kAssets)
    if (file == name) return text;
  throw std::logic_error(fmt::format("no asset is called {}", name));
}

std::string document(std::string_view title, std::string_view body, std::string_view style) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{}</title>\n<style>\n{}{}</style>\n<script>{}</script>\n</head>\n<body>\n{}</body>\n</html>\n",
      escaped(title), asset("page.css"), style, asset("theme.js"), body);
}

}  // namespace tb::page
