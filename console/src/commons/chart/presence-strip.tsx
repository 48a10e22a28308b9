import { useRef } from 'react';
import { formatTime } from '../format';
import { toneColor } from './colors';
import { spansOf } from './presence';
import { useWidth } from './width';

export interface PresenceStripProps {
  label: string;
  /** Ascending; when each list was reported. */
  times: number[];
  lists: readonly (readonly (string | number)[])[];
  from: number;
  to: number;
  /** Whether a member is what the behavior calls normal; undefined: no behavior says. */
  normal?: (member: string) => boolean;
  /** Members shown, the most frequent ones; the others are counted. Default: 30. */
  most?: number;
}

const row = 22;
const name = 150;

/** When which members were in a list: ports, addresses, strings. One line for each member. */
export function PresenceStrip({ label, times, lists, from, to, normal, most = 30 }: PresenceStripProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const members = spansOf(times, lists);
  const shown = members.slice(0, most);
  const x = (time: number) => name + ((time - from) / Math.max(1, to - from)) * Math.max(0, width - name);
  return (
    <figure className="vedette-chart" aria-label={label}>
      <div ref={holder} className="vedette-strip">
        <svg width={width} height={shown.length * row + 22} role="img" aria-label={`${label}: ${shown.map(({ member }) => member).join(', ') || 'nothing'}`}>
          {shown.map(({ member, spans, count }, i) => (
            <g key={member} transform={`translate(0 ${i * row})`}>
              <text x={0} y={15} className="vedette-strip-name">
                {member.length > 20 ? `${member.slice(0, 19)}…` : member}
                <title>{`${member}: in ${count} of ${times.length}`}</title>
              </text>
              <line x1={name} x2={width} y1={row - 1} y2={row - 1} className="vedette-grid" />
              {spans.map(([begin, end]) => (
                <rect key={begin} x={Math.max(name, x(begin))} width={Math.max(3, x(end) - x(begin))} y={4} height={13} rx={3} style={{ fill: toneColor(normal && !normal(member) ? 'alarm' : 'series-1') }}>
                  <title>{`${member}: ${formatTime(begin)} to ${formatTime(end)}`}</title>
                </rect>
              ))}
            </g>
          ))}
          <text x={name} y={shown.length * row + 16} className="vedette-tick">
            {formatTime(from)}
          </text>
          <text x={width} y={shown.length * row + 16} textAnchor="end" className="vedette-tick">
            {formatTime(to)}
          </text>
        </svg>
      </div>
      {members.length > shown.length && <p className="vedette-readout">and {members.length - shown.length} more, which were there less often</p>}
    </figure>
  );
}
