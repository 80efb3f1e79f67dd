// Histograms with bins of a power of two, drawn as SVG.
const kChartWidth = 320, kChartHeight = 150;

// `each` calls its argument with every value and the place it comes from.
function binned(each) {
  const bins = [];
  let count = 0;
  each((value, place) => {
    const bin = value < 1 ? 0 : Math.floor(Math.log2(value)) + 1;
    bins[bin] = bins[bin] || { count: 0, largest: -1, place: null };
    ++bins[bin].count;
    if (value > bins[bin].largest) Object.assign(bins[bin], { largest: value, place });
    ++count;
  });
  return { bins, count };
}

// `go`: shows the place of the largest value of a bin.
function chart(title, explained, each, mhz, go) {
  const { bins, count } = binned(each);
  const figure = make("figure", { class: "chart" }, make("figcaption", {}, title + " ", make("small", {}, `${thousands(count)} in all; ${explained}`)));
  if (count === 0) {
    figure.append(make("p", { class: "facts" }, "none in this run"));
    return figure;
  }
  const used = bins.map((bin, index) => ({ ...bin, index })).filter((bin) => bin.count > 0);
  const first = used[0].index, last = used.at(-1).index, most = Math.max(...used.map((bin) => bin.count));
  const left = 46, bottom = kChartHeight - 24, width = (kChartWidth - left - 6) / Math.max(4, last - first + 1);
  const height = (n) => Math.log2(n + 1) / Math.log2(most + 1) * (bottom - 14);
  const label = (text, x, y, anchor) => make("text", { x, y, "text-anchor": anchor }, text);
  const svg = make("svg", { viewBox: `0 0 ${kChartWidth} ${kChartHeight}`, role: "img", "aria-label": title });
  svg.append(make("line", { x1: left, x2: kChartWidth, y1: bottom + 0.5, y2: bottom + 0.5, stroke: "var(--line)" }));
  svg.append(label(thousands(most), left - 5, 18, "end"), label("1", left - 4, bottom - height(1) + 4, "end"));
  for (const bin of used) {
    const x = left + (bin.index - first) * width, low = bin.index === 0 ? 0 : Math.pow(2, bin.index - 1), high = Math.pow(2, bin.index);
    const text = `${timeText(low, mhz)} to ${timeText(high, mhz)}: ${thousands(bin.count)}. Click: the longest, ${timeText(bin.largest, mhz)}`;
    svg.append(make("rect", { class: "bin", x: x + 1, y: bottom - height(bin.count), width: Math.max(1, width - 2), height: height(bin.count), onclick: () => go(bin.place) },
      make("title", {}, text)));
  }
  const ticks = Math.max(1, Math.ceil((last - first + 1) / 5));
  for (let index = first; index <= last; index += ticks)
    svg.append(label(index === 0 ? "0" : timeText(Math.pow(2, index - 1), mhz, 2), left + (index - first) * width, kChartHeight - 8, index === first ? "start" : "middle"));
  figure.append(svg);
  return figure;
}

function chartsPanel(data, view, details) {
  const mhz = data.meta.run.clock_mhz, { waits } = data;
  const used = data.tasks.filter((lane) => lane.id > 0 && lane.count > 0);
  const names = [...new Set(used.map((lane) => data.meta.tasks[lane.id].comm))].sort();
  const select = make("select", { "aria-label": "task" }, make("option", { value: "" }, "all tasks"), ...names.map((name) => make("option", { value: name }, name)));
  const grid = make("div", { class: "charts" });
  const goToWait = (index) => details.goToWait(index);
  const goToSegment = ([lane, index]) => {
    view.select(lane, index);
    view.showAround(lane.from[index], lane.to(index));
  };
  const fill = () => {
    const wanted = (task) => !select.value || data.meta.tasks[task].comm === select.value;
    const waitsOf = (preempted) => (see) => {
      for (let i = 0; i < waits.count; ++i) if (waits.preempted(i) === preempted && wanted(waits.task[i])) see(waits.cycles[i], i);
    };
    const slices = (see) => {
      for (const lane of used) if (wanted(lane.id)) for (let i = 0; i < lane.count; ++i) if (lane.state[i] === kRuns) see(lane.to(i) - lane.from[i], [lane, i]);
    };
    const irqsOff = (see) => {
      for (const lane of data.irqsOff) lane.lengths.forEach((cycles, i) => see(cycles, [lane, 2 * i + 1]));
    };
    const latency = (see) => {
      for (let i = 0; i < data.ipis.count; ++i) if (data.ipis.trap[i] > 0) see(data.ipis.trap[i] - 1, i);
    };
    grid.replaceChildren(
      chart("Wait after a wakeup", "from the wakeup to the CPU", waitsOf(false), mhz, goToWait),
      chart("Wait after losing the CPU", "while runnable", waitsOf(true), mhz, goToWait),
      chart("Time slice", "on a CPU in one go", slices, mhz, goToSegment),
      chart("Interrupts off", "all harts", irqsOff, mhz, ([lane, i]) => view.showAround(lane.from[i], lane.to(i))),
      chart("IPI to interrupt", "all harts, from the write to MSIP", latency, mhz, (i) => view.showAround(data.ipis.cycle[i], data.ipis.cycle[i] + data.ipis.trap[i])));
  };
  select.addEventListener("change", fill);
  fill();
  return make("div", {}, make("div", { class: "events-bar" }, make("label", {}, "of ", select), make("span", {}, "Each bin is twice as wide as the one before it; heights are logarithmic. A click shows the longest of a bin.")), grid);
}
