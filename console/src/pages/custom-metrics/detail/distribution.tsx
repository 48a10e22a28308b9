import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FleetMember, GetDistributionResponse } from '../../../api';
import { Histogram } from '../../../commons/chart';
import { Facts } from '../../../commons/detail/facts';
import { formatNumber, plural } from '../../../commons/format';

/** Values of a fleet: how often which numbers are there, or how many things have which members. */
export function Distribution({ of, name }: { of: GetDistributionResponse; name: string }) {
  return of.members ? <Members of={of} members={of.members} /> : <Numbers of={of} name={name} />;
}

function Numbers({ of, name }: { of: GetDistributionResponse; name: string }) {
  const number = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value));
  const buckets = (of.buckets ?? []).map(({ from, to, datapoints }) => ({ from, to, count: datapoints }));
  return (
    <SpaceBetween size="l">
      <Histogram label={`Values of ${name}`} buckets={buckets} format={formatNumber} height={200} />
      <Facts
        columns={4}
        of={{
          Things: formatNumber(of.things),
          Values: formatNumber(of.datapoints),
          Least: number(of.min),
          Median: number(of.p50),
          p90: number(of.p90),
          p99: number(of.p99),
          'p99.9': number(of['p99.9']),
          Greatest: number(of.max),
        }}
      />
      <Box color="text-body-secondary" fontSize="body-s">
        {of.scale === 'logarithmic' && 'The scale is logarithmic. '}
        {of.exact === false && 'Percentiles may be off by less than 1 %. '}
        {!!of.cumulativeThings && `Left out: ${plural(of.cumulativeThings, 'thing')} that send totals.`}
      </Box>
    </SpaceBetween>
  );
}

function Members({ of: { things, datapoints, differentMembers = 0 }, members }: { of: GetDistributionResponse; members: FleetMember[] }) {
  const left = differentMembers - members.length;
  return (
    <SpaceBetween size="l">
      <Facts columns={4} of={{ Things: formatNumber(things), Values: formatNumber(datapoints), 'Different members': formatNumber(differentMembers) }} />
      <ul className="vedette-shares" aria-label="Things that have had each member">
        {members.map(({ member, things: having }) => (
          <li key={member}>
            <span className="vedette-share-label" title={member}>
              {member}
            </span>
            <span className="vedette-share-bar" aria-hidden="true">
              <span style={{ inlineSize: `${(having / Math.max(1, things)) * 100}%` }} />
            </span>
            <span className="vedette-number">{plural(having, 'thing')}</span>
          </li>
        ))}
      </ul>
      {left > 0 && <Box color="text-body-secondary">{`And ${formatNumber(left)} more that fewer things have had`}</Box>}
    </SpaceBetween>
  );
}
