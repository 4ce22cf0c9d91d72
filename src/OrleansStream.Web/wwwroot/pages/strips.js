// Draws the two strips. A dot comes only by push(): from an event that the server told of. Animation frames move what is there, and rest when nothing is.

const WINDOW_MS = 18_000;
const KEEP_MS = 20_000;
const FADE_MS = 450;
const FUTURE_SHARE = 0.02;
const MAX_DOTS = 6_000;

/** Begins to draw into the two canvases inside root. */
export function start(root) {
  strips?.stop();
  strips = new Strips(root);
}

/** Takes frames of the pipeline's event stream: their kinds, and their JSON. */
export function push(kinds, frames) {
  for (let i = 0; i < kinds.length; i++) strips.take(kinds[i], JSON.parse(frames[i]));
  strips.wake();
}

let strips = null;

class Strips {
  constructor(root) {
    this.root = root;
    this.canvases = [...root.querySelectorAll('canvas')].map((canvas, i) => new Strip(canvas, i === 0));
    this.dots = [];
    this.open = new Map();
    this.runs = [];
    this.positions = {};
    this.clockAhead = null;
    this.drawn = 0;
    this.frame = 0;
    this.calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.redraw = () => { for (const strip of this.canvases) strip.theme(); this.wake(); };
    this.resize = new ResizeObserver(() => { for (const strip of this.canvases) strip.fit(); this.wake(); });
    for (const strip of this.canvases) this.resize.observe(strip.canvas);
    addEventListener('themechange', this.redraw);
    this.redraw();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.resize.disconnect();
    removeEventListener('themechange', this.redraw);
  }

  take(kind, data) {
    if (kind === 'ingested') this.ingested(data);
    else if (kind === 'processed') this.processed(data);
    else if (kind === 'batch') this.batch(data);
  }

  ingested({ records }) {
    for (const record of records) {
      const at = Date.parse(record.receivedAt);
      // The server's clock, as seen from here: the smallest difference ever seen has the least delay in it.
      const ahead = Date.now() - at;
      if (this.clockAhead === null || ahead < this.clockAhead) this.clockAhead = ahead;
      const [topic, partition, offset] = split(record.position);
      const dot = {
        at, lane: laneOf(record.key + record.position), topic, partition, offset, seenAt: 0, doneAt: 0, outcome: '',
        bornAt: performance.now(),
      };
      if (offset < (this.positions[topic]?.[partition] ?? 0)) dot.seenAt = 1;
      this.dots.push(dot);
      this.open.set(record.position, dot);
      this.drawn++;
    }
    if (this.dots.length > MAX_DOTS) this.forget(this.dots.splice(0, this.dots.length - MAX_DOTS));
    this.root.dataset.drawn = this.drawn;
  }

  processed({ records }) {
    const now = performance.now();
    for (const record of records) {
      const dot = this.open.get(record.position);
      if (!dot) continue;
      this.open.delete(record.position);
      dot.doneAt = now;
      dot.outcome = record.labels?.outcome ?? '';
    }
    this.root.dataset.open = this.open.size;
  }

  batch({ runAt, added, positions }) {
    this.runs.push({ at: Date.parse(runAt), added });
    this.positions = positions;
    const now = performance.now();
    for (const dot of this.dots) if (!dot.seenAt && dot.offset < (positions[dot.topic]?.[dot.partition] ?? 0)) dot.seenAt = now;
    this.root.dataset.runs = (Number(this.root.dataset.runs) || 0) + 1;
  }

  wake() {
    if (this.frame) return;
    this.frame = this.calm.matches
      ? setTimeout(() => requestAnimationFrame(() => this.draw()), 400)
      : requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = 0;
    const now = Date.now() - (this.clockAhead ?? 0);
    let gone = 0;
    while (gone < this.dots.length && this.dots[gone].at < now - KEEP_MS) gone++;
    if (gone) this.forget(this.dots.splice(0, gone));
    while (this.runs.length && this.runs[0].at < now - KEEP_MS) this.runs.shift();
    for (const strip of this.canvases) strip.draw(this, now, performance.now());
    this.root.dataset.alive = this.dots.length;
    if (this.dots.length || this.runs.length) this.wake();
  }

  forget(dots) {
    for (const dot of dots) this.open.delete(`${dot.topic}:${dot.partition}:${dot.offset}`);
  }
}

class Strip {
  constructor(canvas, isBatch) {
    this.canvas = canvas;
    this.isBatch = isBatch;
    this.context = canvas.getContext('2d');
    this.fit();
  }

  fit() {
    const scale = Math.min(devicePixelRatio || 1, 2);
    const box = this.canvas.getBoundingClientRect();
    [this.width, this.height] = [box.width, box.height];
    const [width, height] = [Math.round(box.width * scale), Math.round(box.height * scale)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.scale = scale;
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.sprites = null;
  }

  theme() {
    const style = getComputedStyle(this.canvas);
    const colour = name => style.getPropertyValue(name).trim();
    this.colours = {
      unseen: colour('--unseen'), seen: colour('--seen'), waiting: colour('--waiting'), done: colour('--done'), declined: colour('--declined'),
      review: colour('--review'), line: colour('--line'), wash: colour('--wash'), words: colour('--quiet'),
    };
    this.font = `600 11px ${style.fontFamily}`;
    this.sprites = null;
  }

  draw(all, now, clock) {
    const { context, width, height } = this;
    if (!width) return;
    this.sprites ??= makeSprites(this.colours, this.scale);
    context.clearRect(0, 0, width, height);
    const right = width * (1 - FUTURE_SHARE);
    const x = at => right - (now - at) / WINDOW_MS * right;
    this.grid(right, height);
    if (this.isBatch) this.runs(all, x, right, height);
    const few = all.dots.length < 400;
    const low = 16;
    const room = height - low - 12;
    for (const dot of all.dots) {
      const left = x(dot.at);
      if (left < -10) continue;
      this.dot(dot, Math.min(left, width - 4), low + dot.lane * room, clock, few);
    }
  }

  dot(dot, x, y, clock, few) {
    const changedAt = this.isBatch ? dot.seenAt : dot.doneAt;
    const before = this.isBatch ? 'unseen' : 'waiting';
    const after = this.isBatch ? 'seen' : dot.outcome === 'decline' ? 'declined' : dot.outcome === 'review' ? 'review' : 'done';
    const since = changedAt ? clock - changedAt : 0;
    if (changedAt && few && since < FADE_MS && changedAt > 1) {
      const part = since / FADE_MS;
      this.context.globalAlpha = 1 - part;
      this.context.strokeStyle = this.colours[after];
      this.context.lineWidth = 1.5;
      this.context.beginPath();
      this.context.arc(x, y, 4 + part * 11, 0, 7);
      this.context.stroke();
      this.context.globalAlpha = 1;
    }
    const sprite = this.sprites[changedAt ? after : before];
    const size = few ? sprite.size : sprite.size * 0.62;
    this.context.drawImage(sprite.image, x - size / 2, y - size / 2, size, size);
  }

  grid(right, height) {
    const { context } = this;
    context.strokeStyle = this.colours.line;
    context.lineWidth = 1;
    context.beginPath();
    for (let i = 0; i <= 3; i++) {
      const x = Math.round(right * i / 3) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    context.stroke();
  }

  runs(all, x, right, height) {
    const { context } = this;
    const last = all.runs.at(-1);
    const from = last ? Math.max(0, x(last.at)) : 0;
    if (all.dots.some(dot => !dot.seenAt)) {
      context.fillStyle = this.colours.wash;
      context.fillRect(from, 0, right - from, height);
    }
    context.strokeStyle = this.colours.words;
    context.fillStyle = this.colours.words;
    context.font = this.font;
    context.setLineDash([5, 4]);
    context.lineWidth = 1.25;
    for (const run of all.runs) {
      const at = Math.round(x(run.at)) + 0.5;
      if (at < 0) continue;
      context.beginPath();
      context.moveTo(at, 0);
      context.lineTo(at, height);
      context.stroke();
      const words = `+${run.added.toLocaleString('en')}`;
      const wide = context.measureText(words).width;
      if (at - wide - 6 > 0) context.fillText(words, at - wide - 5, 12);
    }
    context.setLineDash([]);
  }
}

/** One picture per colour: to copy it costs less than to draw a disc. */
function makeSprites(colours, scale) {
  const make = (colour, radius, hollow) => {
    const size = (radius + 5) * 2;
    const image = document.createElement('canvas');
    image.width = image.height = Math.ceil(size * scale);
    const context = image.getContext('2d');
    context.scale(scale, scale);
    context.translate(size / 2, size / 2);
    context.shadowColor = colour;
    context.shadowBlur = hollow ? 0 : 4 * scale;
    context.fillStyle = context.strokeStyle = colour;
    context.lineWidth = 1.75;
    context.beginPath();
    context.arc(0, 0, radius, 0, 7);
    if (hollow) context.stroke();
    else context.fill();
    return { image, size };
  };
  return {
    unseen: make(colours.unseen, 4.2), seen: make(colours.seen, 3.4), waiting: make(colours.waiting, 4, true),
    done: make(colours.done, 4), declined: make(colours.declined, 5.2), review: make(colours.review, 4.6),
  };
}

function split(position) {
  const parts = position.split(':');
  return [parts[0], Number(parts[1]), Number(parts[2])];
}

/** Where between top and bottom a dot goes: the same for the same text, spread evenly over all. */
function laneOf(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489917);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}
