import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DescribeDimensionResponse } from '../../../api';
import { CopyButton } from '../../../commons/copy/copy-button';
import { Facts } from '../../../commons/detail/facts';
import { At } from '../../../commons/time/ago';

/** What a dimension is. */
export function DimensionFacts({ dimension: { stringValues = [], arn = '', creationDate, lastModifiedDate } }: { dimension: DescribeDimensionResponse }) {
  return (
    <Container header={<Header variant="h2">Dimension</Header>}>
      <SpaceBetween size="l">
        <Facts
          columns={1}
          of={{
            'Topic filters': (
              <ul style={{ margin: 0, padding: 0, listStyle: 'none' }}>
                {stringValues.map((filter) => (
                  <li key={filter} className="vedette-mono">
                    {filter}
                  </li>
                ))}
              </ul>
            ),
          }}
        />
        <Facts
          columns={3}
          of={{
            Created: <At time={creationDate} />,
            Changed: <At time={lastModifiedDate} />,
            ARN: <CopyButton inline text={arn} what="ARN" />,
          }}
        />
      </SpaceBetween>
    </Container>
  );
}
