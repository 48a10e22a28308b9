import Header from '@cloudscape-design/components/header';
import Container from '@cloudscape-design/components/container';
import Table from '@cloudscape-design/components/table';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { Ago } from '../../../commons/time/ago';
import { adviceFor } from './advice';
import { useRejections } from './hooks';

/** Why reports were rejected, and what to do about it. */
export function RejectedReports({ thingName }: { thingName: string }) {
  const { may, query } = useRejections(thingName);
  if (!may) return null;
  return (
    <Container header={<Header variant="h2" description="The last ten since the server started">Rejected reports</Header>}>
      <Answer query={query} what="Rejected reports">
        {({ rejections = [] }) =>
          rejections.length === 0 ? (
            <Empty title="No rejected reports">All reports since the server started were accepted.</Empty>
          ) : (
            <Table
              variant="embedded"
              wrapLines
              items={rejections}
              ariaLabels={{ tableLabel: 'Rejected reports' }}
              columnDefinitions={[
                { id: 'time', header: 'Time', cell: ({ time }) => <Ago time={time} />, isRowHeader: true, minWidth: 110 },
                { id: 'code', header: 'Reason', cell: ({ errorCode }) => errorCode, minWidth: 130 },
                { id: 'message', header: 'Message', cell: ({ errorMessage }) => errorMessage, minWidth: 260 },
                { id: 'advice', header: 'What to do', cell: (rejection) => adviceFor(rejection), minWidth: 280 },
              ]}
            />
          )
        }
      </Answer>
    </Container>
  );
}
