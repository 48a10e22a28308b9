import { formatNumber } from '../../../commons/format';
import { PageLink } from '../../../commons/link';

interface Share {
  label: string;
  count: number;
  to: string;
}

/** Counts as lines whose lengths compare. The longest list that is shown has six. */
export function Shares({ entries }: { entries: Share[] }) {
  const shown = entries.slice(0, 6);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  return (
    <ul className="vedette-shares">
      {shown.map(({ label, count, to }) => (
        <li key={to}>
          <span className="vedette-share-label">
            <PageLink to={to}>{label}</PageLink>
          </span>
          <span className="vedette-share-bar" aria-hidden="true">
            <span style={{ inlineSize: `${(count / most) * 100}%` }} />
          </span>
          <span className="vedette-number">{formatNumber(count)}</span>
        </li>
      ))}
    </ul>
  );
}
