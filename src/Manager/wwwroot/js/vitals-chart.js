// Draws the charts of traffic. Points come over the page's own connection: one per second when live, whole ranges otherwise.
const charts = {
  requests: [
    { key: 'requests', label: 'Requests', color: '--chart-1', fill: true },
    { key: 'r4', label: '4xx', color: '--chart-4' },
    { key: 'r5', label: '5xx', color: '--chart-5' },
  ],
  latency: [
    { key: 'p99', label: 'p99', color: '--chart-5' },
    { key: 'p95', label: 'p95', color: '--chart-4' },
    { key: 'p50', label: 'p50', color: '--chart-1' },
  ],
};

const number = value => value === null || value === undefined ? '–'
  : value >= 1e9 ? `${(value / 1e9).toFixed(1)}G` : value >= 1e6 ? `${(value / 1e6).toFixed(1)}M` : value >= 10000 ? `${(value / 1000).toFixed(1)}k`
  : value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : value.toFixed(value < 0.95 ? 2 : 1);
const percent = (part, whole) => whole > 0 ? `${(100 * part / whole).toFixed(part > 0 && part / whole < 0.0995 ? 1 : 0)} %` : '0 %';

function niceTop(value) {
  if (value <= 4) return 4;
  const step = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 8, 10].map(f => f * step).find(top => top >= value);
}

class Chart {
  constructor(figure, series, window, step) {
    this.figure = figure;
    this.series = series;
    this.window = window;
    this.step = step;
    this.canvas = figure.querySelector('canvas');
    this.readout = figure.querySelector('.chart-readout');
    this.unit = figure.dataset.unit;
    this.points = [];
    this.hover = null;
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.canvas);
    this.canvas.addEventListener('pointermove', event => { this.hover = this.timeAt(event.offsetX); this.draw(); });
    this.canvas.addEventListener('pointerleave', () => { this.hover = null; this.draw(); });
    this.canvas.addEventListener('keydown', event => this.key(event));
    this.canvas.addEventListener('blur', () => { this.hover = null; this.draw(); });
  }

  dispose() { this.resize.disconnect(); }

  key(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (steps === undefined && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    const [from, to] = [this.points[0]?.at ?? this.end, this.end];
    this.hover = event.key === 'Home' ? from : event.key === 'End' ? to : Math.min(to, Math.max(from, (this.hover ?? to) + steps * this.step));
    this.draw();
    this.readout.setAttribute('aria-live', 'polite');
  }

  // Of a live chart the newest second is the right end; of a range it is now, whenever the last step with traffic was.
  get end() { return (this.step === 1 ? this.points.at(-1)?.at : undefined) ?? Math.floor(Date.now() / 1000); }
  get box() { return { left: 44, right: this.canvas.clientWidth - 8, top: 10, bottom: this.canvas.clientHeight - 22 }; }
  timeAt(x) {
    const { left, right } = this.box;
    return Math.round(this.end - this.window + Math.min(1, Math.max(0, (x - left) / (right - left))) * this.window);
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => { this.pending = null; this.paint(); });
  }

  paint() {
    const { canvas, points } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext('2d');
    const style = getComputedStyle(canvas);
    const color = name => style.getPropertyValue(name).trim();
    const { left, right, top, bottom } = this.box;
    const end = this.end;
    const x = at => left + Math.max(0, at - end + this.window) / this.window * (right - left);
    const max = niceTop(Math.max(0, ...points.map(p => Math.max(...this.series.map(s => p[s.key] ?? 0)))));
    const y = value => bottom - value / max * (bottom - top);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `11px ${style.fontFamily}`;
    pen.lineWidth = 1;
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    for (let i = 0; i <= 4; i++) {
      const value = max * i / 4;
      pen.strokeStyle = color(i === 0 ? '--line-strong' : '--line');
      const line = Math.round(y(value)) + 0.5;
      pen.beginPath(); pen.moveTo(left, line); pen.lineTo(right, line); pen.stroke();
      pen.fillStyle = color('--text-soft');
      pen.fillText(number(value), left - 8, line);
    }
    pen.textBaseline = 'alphabetic';
    for (const [at, label, align] of this.ticks(end, width)) {
      pen.textAlign = align;
      pen.fillText(label, x(at), height - 6);
    }
    for (const series of this.series) this.line(pen, series, x, y, bottom, color(series.color));
    const point = this.hover === null ? points.at(-1) : points.findLast(p => p.at <= this.hover) ?? points[0];
    if (this.hover !== null && point) {
      pen.strokeStyle = color('--text-soft');
      pen.setLineDash([3, 3]);
      pen.beginPath(); pen.moveTo(Math.round(x(point.at)) + 0.5, top); pen.lineTo(Math.round(x(point.at)) + 0.5, bottom); pen.stroke();
      pen.setLineDash([]);
      for (const series of this.series) {
        if (point[series.key] === null) continue;
        pen.fillStyle = color(series.color);
        pen.beginPath(); pen.arc(x(point.at), y(point[series.key]), 3.5, 0, 7); pen.fill();
      }
    }
    this.tell(point);
  }

  // Where the time axis has words: minutes ago when live, the hour of a day, the day of a month.
  ticks(end, width) {
    const narrow = width < 460;
    if (this.step === 1) {
      const every = narrow ? 5 : 3;
      return Array.from({ length: 15 / every + 1 }, (_, i) => 15 - i * every)
        .map(ago => [end - ago * 60, ago === 0 ? 'now' : `−${ago} min`, ago === 15 ? 'left' : ago === 0 ? 'right' : 'center']);
    }
    const day = this.step === 60;
    const every = (day ? 3600 : 86400) * (day ? (narrow ? 6 : 3) : (narrow ? 10 : 5));
    const offset = new Date(end * 1000).getTimezoneOffset() * 60;
    const ticks = [];
    for (let at = Math.floor((end - offset) / every) * every + offset; at > end - this.window; at -= every) {
      const when = new Date(at * 1000);
      const share = (end - at) / this.window;
      if (share > 0.97) continue;
      ticks.push([at, day ? when.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }) : when.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }), share < 0.04 ? 'right' : 'center']);
    }
    return ticks;
  }

  line(pen, series, x, y, bottom, color) {
    let run = [];
    const flush = () => {
      if (run.length === 0) return;
      pen.beginPath();
      run.forEach(([px, py], i) => i ? pen.lineTo(px, py) : pen.moveTo(px, py));
      pen.strokeStyle = color;
      pen.lineWidth = 1.6;
      pen.lineJoin = 'round';
      if (run.length === 1) { pen.arc(run[0][0], run[0][1], 1, 0, 7); }
      pen.stroke();
      if (series.fill) {
        pen.lineTo(run.at(-1)[0], bottom);
        pen.lineTo(run[0][0], bottom);
        pen.closePath();
        pen.globalAlpha = 0.14;
        pen.fillStyle = color;
        pen.fill();
        pen.globalAlpha = 1;
      }
      run = [];
    };
    let last = null;
    for (const point of this.points) {
      const value = point[series.key];
      // A gap in time is a gap in the line: nothing is made up.
      if (value === null || value === undefined || (last !== null && point.at - last > 5 * this.step)) flush();
      if (value !== null && value !== undefined) run.push([x(point.at), y(value)]);
      last = point.at;
    }
    flush();
  }

  tell(point) {
    if (!point) return;
    const at = new Date(point.at * 1000);
    const when = this.hover === null ? (this.step === 1 ? 'now' : 'last') : this.step === 1 ? at.toLocaleTimeString('en-GB')
      : at.toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
    const values = this.series.map(s => `${s.label} ${number(point[s.key])}${point[s.key] === null ? '' : this.unit}`).join('   ');
    this.readout.textContent = `${when}   ${values}`;
  }
}

export function start(element, window, step) {
  const drawn = [...element.querySelectorAll('[data-chart]')].map(figure => new Chart(figure, charts[figure.dataset.chart], window, step));
  const redraw = () => drawn.forEach(chart => chart.draw());
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  document.addEventListener('themechange', redraw);
  scheme.addEventListener('change', redraw);
  const live = step === 1;
  let kept = [];

  // Points of longer steps hold sums; the chart shows rates.
  const rated = point => live ? point : { ...point, requests: point.requests / step, r4: point.r4 / step, r5: point.r5 / step };

  function show() {
    for (const chart of drawn) { chart.points = kept; chart.draw(); }
    if (kept.length === 0) return;
    const [texts, units] = live ? now() : all();
    for (const [attribute, values] of [['data-live', texts], ['data-unit-of', units]]) {
      for (const [name, text] of Object.entries(values)) {
        const target = element.querySelector(`[${attribute}="${name}"]`);
        if (target && target.textContent !== text) target.textContent = text;
      }
    }
    summarize();
  }

  function now() {
    const last = kept.at(-1);
    return [{
      requests: number(last.requests), connections: number(last.connections),
      r4: percent(last.r4, last.requests), r5: percent(last.r5, last.requests),
      p50: number(last.p50), p95: number(last.p95), p99: number(last.p99),
    }, { requests: '/s', connections: 'open', p50: 'ms', p95: 'ms', p99: 'ms' }];
  }

  // Percentiles of steps cannot be added: the highest one is told, and called so.
  function all() {
    const sum = key => kept.reduce((total, point) => total + (point[key] ?? 0) * step, 0);
    const highest = key => kept.reduce((top, point) => point[key] === null ? top : Math.max(top ?? 0, point[key]), null);
    const requests = Math.round(sum('requests'));
    return [{
      requests: number(requests), connections: number(highest('connections')),
      r4: percent(sum('r4'), requests), r5: percent(sum('r5'), requests),
      p50: number(highest('p50')), p95: number(highest('p95')), p99: number(highest('p99')),
    }, { requests: 'in all', connections: 'at most', p50: 'ms at most', p95: 'ms at most', p99: 'ms at most' }];
  }

  // For those who hear the page: a sentence, renewed twice a minute so that it does not talk over them.
  let summarized = 0;
  function summarize() {
    if (Date.now() - summarized < 30000) return;
    summarized = Date.now();
    const recent = live ? kept.slice(-60) : kept;
    const mean = recent.reduce((sum, p) => sum + p.requests, 0) / Math.max(1, recent.length);
    const peak = Math.max(0, ...kept.map(p => p.requests));
    const bad = recent.reduce((sum, p) => sum + p.r5 * step, 0);
    element.querySelector('.chart-summary').textContent =
      `${live ? 'In the last minute' : 'In this time'} ${number(mean)} requests per second on average, ${number(Math.round(bad))} server errors. The peak was ${number(peak)} per second.`;
  }

  return {
    push(point) {
      kept = [...kept, rated(point)].filter(p => p.at > point.at - window);
      show();
    },
    replace(points) { kept = points.map(rated); show(); },
    stop() {
      drawn.forEach(chart => chart.dispose());
      document.removeEventListener('themechange', redraw);
      scheme.removeEventListener('change', redraw);
    },
  };
}
