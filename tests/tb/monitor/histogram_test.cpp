// SPDX-License-Identifier: Apache-2.0
// Goal: percentiles within 1 % of the exact ones over the whole range of values; count, sum, largest value and its place exact.
#include "tb/monitor/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tb::monitor {
namespace {

TEST(HistogramTest, WithoutValuesThereIsNoPercentile) {
  EXPECT_EQ(Histogram().to_json().dump(),
            R"({"count":0,"sum":0,"min":null,"p50":null,"p90":null,"p99":null,"max":null,"from":null})");
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.add(value, 1000 + value);
  EXPECT_EQ(histogram.to_json().dump(), R"({"count":100,"sum":5050,"min":1,"p50":50,"p90":90,"p99":99,"max":100,"from":1100})");
}

TEST(HistogramTest, OneValueIsEveryPercentile) {
  Histogram histogram;
  histogram.add(123'456'789, 5);
  for (const unsigned percent : {1U, 50U, 99U, 100U}) EXPECT_EQ(histogram.percentile(percent), 123'456'789U);
}

TEST(HistogramTest, TheFirstOfTheLargestNamesItsPlace) {
  Histogram histogram;
  histogram.add(7, 10);
  histogram.add(9, 20);
  histogram.add(9, 30);
  EXPECT_EQ(histogram.max_from(), 20U);
}

TEST(HistogramTest, ZeroIsAValue) {
  Histogram histogram;
  histogram.add(0, 3);
  EXPECT_EQ(histogram.to_json().dump(), R"({"count":1,"sum":0,"min":0,"p50":0,"p90":0,"p99":0,"max":0,"from":3})");
}

TEST(HistogramTest, MergedIsTheSameAsAddedTogether) {
  Histogram one, other, both;
  for (std::uint64_t value = 1; value < 2000; value += 7) {
    (value % 2 ? one : other).add(value * value, value);
    both.add(value * value, value);
  }
  one.merge(other);
  one.merge(Histogram());
  EXPECT_EQ(one.to_json().dump(), both.to_json().dump());
}

// Values of all magnitudes, as latencies are.
TEST(HistogramTest, PercentilesAreWithinOnePercent) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20; ++round) {
    Histogram histogram;
    std::vector<std::uint64_t> values;
    const std::size_t count = 1 + random() % 3000;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(random() >> (random() % 64));
      histogram.add(values.back(), i);
    }
    std::sort(values.begin(), values.end());
    for (const unsigned percent : {1U, 50U, 90U, 99U, 100U}) {
      const std::uint64_t exact = values[std::max<std::size_t>(1, (count * percent + 99) / 100) - 1];
      const std::uint64_t found = histogram.percentile(percent);
      EXPECT_GE(found, exact);
      EXPECT_LE(static_cast<double>(found), 1.01 * static_cast<double>(exact)) << percent << " % of " << count;
    }
    EXPECT_EQ(histogram.max(), values.back());
  }
}

}  // namespace
}  // namespace tb::monitor
