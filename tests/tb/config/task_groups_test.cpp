// SPDX-License-Identifier: Apache-2.0
#include "tb/config/task_groups.h"

#include <gtest/gtest.h>

#include "tests/tb/support.h"

namespace tb::config {
namespace {

using test::config_error;
using test::scenario;

TEST(TaskGroupsTest, CopiesHaveTheirOwnNames) {
  const Scenario s = scenario(
      "name: nested\nquestion: q\nhardware: mc2\nrun: { until_us: 100 }\nexpect: [ { ending: running } ]\n"
      "tasks:\n"
      "  - { name: other, program: [ { lock: all }, { unlock: all }, { run_us: 1 } ] }\n"
      "  - name: p\n"
      "    count: 2\n"
      "    tasks:\n"
      "      - { name: a, program: [ { lock: m }, { unlock: m }, { lock: all }, { unlock: all }, { wake: b }, { run_us: 1 } ] }\n"
      "      - { name: g, tasks: [ { name: b, program: [ { wait: true }, { loop: { times: 2, program: [ { lock: m }, { unlock: m "
      "} ] } } ] } ] }\n"
      "      - { name: b, program: [ { wait: true } ] }\n");
  std::vector<std::string> names;
  for (const TaskGroup& task : s.tasks) names.push_back(task.name);
  EXPECT_EQ(names, (std::vector<std::string>{"other", "p0-a", "p0-g-b", "p0-b", "p1-a", "p1-g-b", "p1-b"}));
  EXPECT_EQ(s.tasks[1].program[0].lock, "p0-m");
  EXPECT_EQ(s.tasks[1].program[2].lock, "all");  // a task outside uses it too
  EXPECT_EQ(s.tasks[1].program[4].target, "p0-b");
  EXPECT_EQ(s.tasks[4].program[4].target, "p1-b");
  EXPECT_EQ(s.tasks[2].program[1].body[0].lock, "p0-m");
}

TEST(TaskGroupsTest, WhatIsWrongHasItsPlace) {
  const auto error = [](const std::string& tasks) {
    return config_error([&] {
      static_cast<void>(scenario(
          "name: nested\nquestion: q\nhardware: mc2\nrun: { until_us: 100 }\nexpect: [ { ending: running } ]\ntasks: " + tasks));
    });
  };
  const std::string task = "{ name: a, program: [ { run_us: 1 } ] }";
  EXPECT_NE(error("[ { name: p, count: 2, prio: 3, tasks: [ " + task + " ] } ]").find("tasks.p.prio: unknown key"),
            std::string::npos);
  EXPECT_NE(error("[ { name: p, tasks: [ { name: q, tasks: [ { name: r, tasks: [ { name: s, tasks: [ { name: t, tasks: [ " +
                  task + " ] } ] } ] } ] } ] } ]")
                .find("groups nest 4 deep at most"),
            std::string::npos);
  EXPECT_NE(error("[ { name: p, tasks: [] } ]").find("tasks.p.tasks: an empty list"), std::string::npos);
  EXPECT_NE(error("[ { name: p, count: 60, tasks: [ " + task + ", " + task + " ] } ]").find("more than 64 groups of tasks"),
            std::string::npos);
  EXPECT_NE(
      error("[ { name: p, tasks: [ { name: averylongname1, program: [ { run_us: 1 } ] } ] } ]").find("tasks.p-averylongname1"),
      std::string::npos)
      << error("[ { name: p, tasks: [ { name: averylongname1, program: [ { run_us: 1 } ] } ] } ]");
}

}  // namespace
}  // namespace tb::config
