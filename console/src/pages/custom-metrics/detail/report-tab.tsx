import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState, type ReactNode } from 'react';
import { useCan, useOperation, type CustomMetricType } from '../../../api';
import { Can } from '../../../commons/can';
import { Code } from '../../../commons/copy/code';
import { nameFault } from '../../../commons/form/name';
import { PageLink } from '../../../commons/link';
import { sampleCommand, sampleReport, topicOf } from '../sample';

/** A report that has a value of the metric, to copy and to send. */
export function ReportTab({ name, type }: { name: string; type: CustomMetricType }) {
  const [thing, setThing] = useState('my-thing');
  const [reportId] = useState(() => Math.floor(Date.now() / 1000));
  const may = useCan('DescribeDeployment');
  const deployment = useOperation('DescribeDeployment', {}, { enabled: may });
  const fault = nameFault(thing);
  const shown = fault ? 'my-thing' : thing;
  return (
    <Container header={<Header variant="h2" description="What a device sends to report a value of this metric">Sample report</Header>}>
      <SpaceBetween size="l">
        <FormField label="Thing name" errorText={fault}>
          <Input value={thing} onChange={({ detail }) => setThing(detail.value)} disableBrowserAutocorrect autoComplete={false} />
        </FormField>
        <Labelled title="Topic">
          <Code text={topicOf(shown)} what="Topic" />
        </Labelled>
        <Labelled title="Report">
          <Code text={JSON.stringify(sampleReport(name, type, reportId), null, 2)} what="Report" />
        </Labelled>
        <Labelled title="Command" description="With mosquitto_pub on the port without TLS. The report_id has to grow from report to report: here it is the time.">
          <Code text={sampleCommand(name, type, shown, deployment.data?.endpoints)} what="Command" />
        </Labelled>
        <Can do="CreateThing">
          <Box>
            <PageLink to="/connect">Connect a device</PageLink> gives a thing its certificate, and the commands for TLS.
          </Box>
        </Can>
      </SpaceBetween>
    </Container>
  );
}

function Labelled({ title, description, children }: { title: string; description?: string; children: ReactNode }) {
  return (
    <div>
      <Box variant="h3">{title}</Box>
      {description && <Box color="text-body-secondary">{description}</Box>}
      <Box margin={{ top: 'xs' }}>{children}</Box>
    </div>
  );
}
