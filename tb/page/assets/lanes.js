// A lane is time cut into segments, each in one state. Sums of time are known at each 64th segment, so that the share of every state
// in any span is found at once, however many segments lie in it.
const kStep = 64;

class Lane {
  constructor(fields) {
    Object.assign(this, fields);
    this.count = this.from.length;
    const steps = Math.floor(this.count / kStep) + 1;
    this.sums = new Float64Array(steps * this.states);
    const running = new Float64Array(this.states);
    for (let i = 0; i < this.count; ++i) {
      if (i % kStep === 0) this.sums.set(running, i / kStep * this.states);
      running[this.state[i]] += this.to(i) - this.from[i];
    }
    if (this.count % kStep === 0) this.sums.set(running, this.count / kStep * this.states);
    this.total = running;
  }
  to(i) {
    return i + 1 < this.count ? this.from[i + 1] : this.end;
  }
  // The segment that has the cycle; -1 before the first. `hint`: a segment not after it.
  at(cycle, hint = 0) {
    if (this.count === 0 || cycle < this.from[0]) return -1;
    let low = Math.max(0, hint), step = 1;
    while (low + step < this.count && this.from[low + step] <= cycle) {
      low += step;
      step *= 2;
    }
    let high = Math.min(this.count, low + step);
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.from[middle] <= cycle) low = middle;
      else high = middle;
    }
    return low;
  }
  // Adds to `out` the cycles of each state in [from, to); `first` and `last` are the segments that have the two ends.
  addShares(out, from, to, first, last) {
    const add = (i) => {
      const begin = Math.max(this.from[i], from), end = Math.min(this.to(i), to);
      if (end > begin) out[this.state[i]] += end - begin;
    };
    let i = Math.max(0, first);
    if (last - i < 3 * kStep) {
      for (; i <= last; ++i) add(i);
      return;
    }
    const head = (Math.floor(i / kStep) + 1) * kStep, tail = Math.floor(last / kStep) * kStep;
    for (; i < head; ++i) add(i);
    for (let s = 0; s < this.states; ++s) out[s] += this.sums[tail / kStep * this.states + s] - this.sums[head / kStep * this.states + s];
    for (i = tail; i <= last; ++i) add(i);
  }
  shares(from, to) {
    const out = new Float64Array(this.states);
    if (this.count > 0) this.addShares(out, from, to, this.at(from), this.at(to));
    return out;
  }
}

// The first place in a sorted list whose value is not below `value`.
function lowerBound(list, value, valueOf = (item) => item) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueOf(list[middle]) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
