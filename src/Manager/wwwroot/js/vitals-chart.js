// Draws the live charts of the overview. Points come over the page's own connection, one per second.
const seconds = 900;
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
  : value >= 10000 ? `${(value / 1000).toFixed(1)}k` : value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : value.toFixed(1);
const percent = (part, whole) => whole > 0 ? `${(100 * part / whole).toFixed(part > 0 && part / whole < 0.0995 ? 1 : 0)} %` : '0 %';

function niceTop(value) {
  if (value <= 4) return 4;
  const step = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 8, 10].map(f => f * step).find(top => top >= value);
}

class Chart {
  constructor(figure, series) {
    this.figure = figure;
    this.series = series;
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
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (step === undefined && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    const [from, to] = [this.points[0]?.at ?? this.end, this.end];
    this.hover = event.key === 'Home' ? from : event.key === 'End' ? to : Math.min(to, Math.max(from, (this.hover ?? to) + step));
    this.draw();
    this.readout.setAttribute('aria-live', 'polite');
  }

  get end() { return this.points.at(-1)?.at ?? Math.floor(Date.now() / 1000); }
  get box() { return { left: 44, right: this.canvas.clientWidth - 8, top: 10, bottom: this.canvas.clientHeight - 22 }; }
  timeAt(x) {
    const { left, right } = this.box;
    return Math.round(this.end - seconds + Math.min(1, Math.max(0, (x - left) / (right - left))) * seconds);
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
    const x = at => left + (at - end + seconds) / seconds * (right - left);
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
    const step = width < 460 ? 5 : 3;
    for (let minutes = 15; minutes >= 0; minutes -= step) {
      pen.textAlign = minutes === 15 ? 'left' : minutes === 0 ? 'right' : 'center';
      pen.fillText(minutes === 0 ? 'now' : `−${minutes} min`, x(end - minutes * 60), height - 6);
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
      if (value === null || value === undefined || (last !== null && point.at - last > 5)) flush();
      if (value !== null && value !== undefined) run.push([x(point.at), y(value)]);
      last = point.at;
    }
    flush();
  }

  tell(point) {
    if (!point) return;
    const when = this.hover === null ? 'now' : new Date(point.at * 1000).toLocaleTimeString('en-GB');
    const values = this.series.map(s => `${s.label} ${number(point[s.key])}${point[s.key] === null ? '' : this.unit}`).join('   ');
    this.readout.textContent = `${when}   ${values}`;
  }
}

export function start(element, points) {
  const drawn = [...element.querySelectorAll('[data-chart]')].map(figure => new Chart(figure, charts[figure.dataset.chart]));
  const redraw = () => drawn.forEach(chart => chart.draw());
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  document.addEventListener('themechange', redraw);
  scheme.addEventListener('change', redraw);
  let kept = points;

  function show() {
    for (const chart of drawn) { chart.points = kept; chart.draw(); }
    const now = kept.at(-1);
    if (!now) return;
    const texts = {
      requests: number(now.requests), connections: number(now.connections),
      r4: percent(now.r4, now.requests), r5: percent(now.r5, now.requests),
      p50: number(now.p50), p95: number(now.p95), p99: number(now.p99),
    };
    for (const [name, text] of Object.entries(texts)) {
      const target = element.querySelector(`[data-live="${name}"]`);
      if (target) target.textContent = text;
    }
    summarize();
  }

  // For those who hear the page: a sentence, renewed twice a minute so that it does not talk over them.
  let summarized = 0;
  function summarize() {
    if (Date.now() - summarized < 30000) return;
    summarized = Date.now();
    const recent = kept.slice(-60);
    const mean = recent.reduce((sum, p) => sum + p.requests, 0) / Math.max(1, recent.length);
    const peak = Math.max(0, ...kept.map(p => p.requests));
    const bad = recent.reduce((sum, p) => sum + p.r5, 0);
    element.querySelector('.chart-summary').textContent =
      `In the last minute ${number(mean)} requests per second on average, ${number(bad)} server errors. The peak of the last 15 minutes was ${number(peak)} per second.`;
  }

  show();
  return {
    push(point) {
      kept = [...kept, point].filter(p => p.at > point.at - seconds);
      show();
    },
    replace(points) { kept = points; show(); },
    stop() {
      drawn.forEach(chart => chart.dispose());
      document.removeEventListener('themechange', redraw);
      scheme.removeEventListener('change', redraw);
    },
  };
}
