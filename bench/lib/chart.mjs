/** A bar for each row, as SVG. */

const WIDTH = 860;
const LABELS = 400;
const NUMBERS = 90;
const ROW = 24;
const BAR = 14;
const TOP = 46;

const COLOURS = { service: 'service', peer: 'peer', limit: 'limit' };

const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 15px; }
  .quiet { fill: #59636e; }
  .service { fill: #0969da; }
  .peer { fill: #bc4c00; }
  .limit { fill: #818b98; }
  .spread { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .service { fill: #4493f8; }
    .peer { fill: #f0883e; }
    .limit { fill: #6e7681; }
    .spread { stroke: #e6edf3; }
  }`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {keyof typeof COLOURS} kind
 * @property {import('./statistics.mjs').Spread} perSecond
 */

/**
 * @param {string} title
 * @param {readonly Bar[]} bars
 */
export function chart(title, bars) {
  const longest = Math.max(...bars.map(({ perSecond }) => perSecond.max));
  const scale = (WIDTH - LABELS - NUMBERS) / longest;
  const height = TOP + bars.length * ROW + 12;
  const lines = bars.map(({ label, kind, perSecond }, at) => {
    const top = TOP + at * ROW;
    const middle = top + BAR / 2;
    const x = (value) => (LABELS + value * scale).toFixed(1);
    return [
      `  <text x="${LABELS - 10}" y="${middle + 4.5}" text-anchor="end">${escaped(label)}</text>`,
      `  <rect class="${COLOURS[kind]}" x="${LABELS}" y="${top}" height="${BAR}" rx="2" width="${Math.max(1, perSecond.median * scale).toFixed(1)}"/>`,
      `  <line class="spread" x1="${x(perSecond.min)}" x2="${x(perSecond.max)}" y1="${middle}" y2="${middle}"/>`,
      `  <text x="${(Number(x(perSecond.max)) + 8).toFixed(1)}" y="${middle + 4.5}">${Math.round(perSecond.median).toLocaleString('en')}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
  <style>${STYLE}
  </style>
  <text class="title" x="12" y="24">${escaped(title)}</text>
  <text class="quiet" x="${WIDTH - 12}" y="24" text-anchor="end">median; the line spans all rounds</text>
${lines.join('\n')}
</svg>
`;
}
