import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { metricInfo, type DescribeCustomMetricResponse } from '../../../api';
import { CopyButton } from '../../../commons/copy/copy-button';
import { Facts } from '../../../commons/detail/facts';
import { At } from '../../../commons/time/ago';
import { comparisonOperators } from '../../../i18n-strings';
import { metricTypes } from '../types';

/** What a custom metric is, and what behaviors may ask of it. */
export function MetricFacts({ metric: { metricName = '', metricArn = '', metricType = 'number', displayName, creationDate, lastModifiedDate } }: { metric: DescribeCustomMetricResponse }) {
  const info = metricInfo(metricName, metricType);
  const normal = [...(info?.operators ?? []).map((operator) => comparisonOperators[operator]), ...(info?.statistical ? ["a percentile of the fleet's values"] : [])];
  return (
    <Container header={<Header variant="h2">Custom metric</Header>}>
      <Facts
        columns={3}
        of={{
          'Display name': displayName || '–',
          Type: metricTypes[metricType].title,
          'Behaviors can ask for': normal.join(', '),
          Created: <At time={creationDate} />,
          Changed: <At time={lastModifiedDate} />,
          ARN: <CopyButton inline text={metricArn} what="ARN" />,
        }}
      />
    </Container>
  );
}
