import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCan, useOperation } from '../../../api';
import { Actions } from '../../../commons/actions';
import { Code } from '../../../commons/copy/code';
import { Facts } from '../../../commons/detail/facts';
import { LinkButton } from '../../../commons/link-button';
import { Answer } from '../../../commons/states/answer';
import { Loading } from '../../../commons/states/loading';
import { At } from '../../../commons/time/ago';
import type { Made } from '../model/made';
import { reportFacts } from '../model/report-facts';

/** The report that arrived, and where to go from here. */
export function Arrived({ made, at, onAgain }: { made: Made; at: number; onAgain: () => void }) {
  const mayCreate = useCan('CreateSecurityProfile');
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            <>
              Accepted <At time={at} />
            </>
          }
          actions={
            <Actions>
              <Button onClick={onAgain}>Connect another device</Button>
              {mayCreate && <LinkButton to="/profiles/create">Create security profile</LinkButton>}
              <LinkButton to={`/things/${encodeURIComponent(made.thingName)}`} variant="primary">
                Open thing
              </LinkButton>
            </Actions>
          }
        >
          {made.thingName} reports
        </Header>
      }
    >
      {useCan('ListAcceptedReports') ? <Report thingName={made.thingName} /> : 'Its values are on the page of the thing.'}
    </Container>
  );
}

/** The log may be a moment behind. Milliseconds. */
const askEvery = 2000;

function Report({ thingName }: { thingName: string }) {
  const reports = useOperation('ListAcceptedReports', { thingName }, { every: askEvery });
  return (
    <Answer query={reports} what="The report">
      {({ reports: [report] }) =>
        report ? (
          <SpaceBetween size="m">
            <Facts of={reportFacts(report)} columns={3} />
            <ExpandableSection headerText="As JSON">
              <Code text={JSON.stringify(report, null, 2)} what="Report" maxHeight={400} />
            </ExpandableSection>
          </SpaceBetween>
        ) : (
          <Loading what="Reading the report" />
        )
      }
    </Answer>
  );
}
