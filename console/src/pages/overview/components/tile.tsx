import Box from '@cloudscape-design/components/box';
import type { ReactNode } from 'react';
import { PageLink } from '../../../commons/link';

interface TileProps {
  title: string;
  value: string;
  /** Where a click leads. */
  to?: string;
  tone?: 'alarm' | 'calm';
  children?: ReactNode;
}

/** One big number, and small ones below it. */
export function Tile({ title, value, to, tone = 'calm', children }: TileProps) {
  return (
    <div>
      <Box variant="awsui-key-label">{title}</Box>
      <div className={`vedette-tile vedette-tile-${tone}`}>
        {to ? (
          <PageLink to={to} fontSize="display-l" variant="secondary" ariaLabel={`${title}: ${value}`}>
            {value}
          </PageLink>
        ) : (
          <Box variant="span" fontSize="display-l">
            {value}
          </Box>
        )}
      </div>
      <div className="vedette-tile-more">{children}</div>
    </div>
  );
}
