import type uPlot from 'uplot';
import type { Tone } from './colors';
import type { ChartModel } from './model';

/** Bands lie behind the lines. */
export function drawBehind(plot: uPlot, { bands = [] }: ChartModel, palette: Record<Tone, string>): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from, to, tone = 'normal' } of bands) {
    const top = to === undefined ? bbox.top : clamp(plot.valToPos(to, 'y', true), bbox.top, bbox.top + bbox.height);
    const bottom = from === undefined ? bbox.top + bbox.height : clamp(plot.valToPos(from, 'y', true), bbox.top, bbox.top + bbox.height);
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = palette[tone];
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  }
  ctx.restore();
}

/** Thresholds and events lie over them. */
export function drawOver(plot: uPlot, { thresholds = [], events = [] }: ChartModel, palette: Record<Tone, string>): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * scale;
  ctx.font = `${11 * scale}px sans-serif`;
  for (const { value, label, tone = 'alarm' } of thresholds) {
    const y = plot.valToPos(value, 'y', true);
    ctx.strokeStyle = ctx.fillStyle = palette[tone];
    ctx.setLineDash([6 * scale, 4 * scale]);
    stroke(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.textAlign = 'right';
    ctx.fillText(label, bbox.left + bbox.width - 4 * scale, y - 5 * scale);
  }
  ctx.setLineDash([]);
  for (const { time, tone = 'alarm' } of events) {
    const x = plot.valToPos(time, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = palette[tone];
    ctx.globalAlpha = 0.55;
    stroke(ctx, x, bbox.top, x, bbox.top + bbox.height);
    ctx.globalAlpha = 1;
    flag(ctx, x, bbox.top, 5 * scale);
  }
  ctx.restore();
}

function stroke(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

/** A small triangle at the top, that points down. */
function flag(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y - size);
  ctx.lineTo(x, y + size);
  ctx.closePath();
  ctx.fill();
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
