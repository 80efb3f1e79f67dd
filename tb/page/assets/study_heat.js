// SPDX-License-Identifier: Apache-2.0
// A response over two axes: one cell per pair of levels, or of ranges of values.
const kCellsMax = 48;    // along an axis; with more levels the cells are ranges
const kHeatRanges = 10;  // along an axis of a sample

function heatCells(study, response, state, parts) {
  const cells = new Map();
  for (const point of study.shown(state)) {
    const [column, row] = parts.map((part) => part.of(point)), key = row * parts[0].labels.length + column;
    if (!cells.has(key)) cells.set(key, { column, row, points: [] });
    cells.get(key).points.push(point);
  }
  for (const cell of cells.values()) cell.value = medianOf(cell.points.map((point) => response.median[point]));
  return [...cells.values()];
}

// The point whose response is nearest to the cell's.
function pointOfCell(cell, response) {
  const far = (point) => (Number.isNaN(response.median[point]) ? Infinity : Math.abs(response.median[point] - cell.value));
  return cell.points.reduce((best, point) => (far(point) < far(best) ? point : best));
}

function paintHeat(chart, study, response, state) {
  const axes = [study.axes[state.x], study.axes[state.colour]];
  const parts = axes.map((axis) => axis.parts(study.sampled ? 12 : kCellsMax, kHeatRanges));
  const cells = heatCells(study, response, state, parts), [columns, rows] = parts.map((part) => part.labels.length);
  const there = cells.filter((cell) => !Number.isNaN(cell.value)), values = there.map((cell) => cell.value);
  if (there.length === 0) return chart.nothing("no run here has this response");
  const low = Math.min(...values), high = Math.max(...values), log = low > 0 && high / low > 50;
  chart.height = Math.max(190, Math.min(420, rows * 30 + 70));
  const scale = chart.frame({ ...parts[0], title: nameWithUnit(axes[0]) }, { ...parts[1], title: nameWithUnit(axes[1]) });
  const turned = log ? Math.log : (value) => value;
  const width = scale.x.width, height = scale.y.width, gap = Math.min(1, width / 8);
  for (const cell of cells) {
    const x = scale.x.at(cell.column), y = scale.y.at(cell.row), empty = Number.isNaN(cell.value);
    const { fill, ink } = heatColour(high > low && !empty ? (turned(cell.value) - turned(low)) / (turned(high) - turned(low)) : 0);
    chart.add("rect", { class: "cell" + (empty ? " empty" : ""), x: x - width / 2, y: y - height / 2, width: width - gap, height: height - gap, style: empty ? false : `fill: ${fill}` });
    const text = empty ? "\u2013" : tickText(Number(cell.value.toPrecision(3)));
    if (textWidth(text) + 2 < width && height > 13) chart.text(x, y + 4, text, "middle", { class: "in-cell", style: empty ? false : `fill: ${ink}` });
    const point = pointOfCell(cell, response), many = cell.points.length > 1;
    chart.mark({
      x, y, point, points: cell.points, width: width - gap, height: height - gap, quiet: true,
      text: () => (many ? `${withUnit(cell.value, response.unit)}: median of ${cell.points.length} points, ${axes[0].name} ${parts[0].labels[cell.column]}, ${axes[1].name} ${parts[1].labels[cell.row]}\nnearest to it:\n` : "") + pointText(study, response, point),
    });
  }
  if (parts.some((part) => part.ranges) || cells.some((cell) => cell.points.length > 1)) chart.note("each cell: median of its points; blank: no point");
  heatKey(chart, low, high, log, response);
}

function heatKey(chart, low, high, log, response) {
  if (low === high) return chart.legend.append(make("span", {}, withUnit(low, response.unit) + " everywhere"));
  const stops = Array.from({ length: 6 }, (_, i) => heatColour(i / 5).fill).join(", ");
  chart.legend.append(make("span", {}, shortNumber(low), make("i", { class: "ramp", style: `background: linear-gradient(to right, ${stops})` }), withUnit(high, response.unit)),
    ...(log ? [make("span", {}, "log scale")] : []));
}
