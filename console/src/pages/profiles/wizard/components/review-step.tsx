import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { Code } from '../../../../commons/copy/code';
import { JsonView } from '../../../../commons/copy/json-view';
import { Facts } from '../../../../commons/detail/facts';
import { criteriaText } from '../../../../commons/value/criteria';
import { metricTitle } from '../../../../i18n-strings';
import { behaviorOf } from '../../model/behavior-form';
import { createInput } from '../../model/profile-form';
import { targetTitle } from '../../model/target';
import { useCommands } from '../commands';
import type { StepProps } from '../steps';

/** Everything once more, and the commands that do the same. */
export function ReviewStep(props: StepProps & { goTo: (step: number) => void }) {
  const { form, existing, goTo } = props;
  const commands = useCommands(form, existing);
  return (
    <SpaceBetween size="l">
      <Part title="Properties" onEdit={() => goTo(0)}>
        <Facts
          columns={3}
          of={{
            Name: form.name,
            Description: form.description || '–',
            Targets: form.targets.map(targetTitle).join(', ') || 'None: the profile judges nothing until it is attached',
            Tags: form.tags.map(({ Key, Value }) => (Value ? `${Key}: ${Value}` : Key)).join(', ') || '–',
          }}
        />
      </Part>
      <Part title="Behaviors" onEdit={() => goTo(1)}>
        <Behaviors {...props} />
      </Part>
      <Part title="Metrics export" onEdit={() => goTo(2)}>
        <Facts columns={3} of={form.export.on ? { 'MQTT topic': form.export.mqttTopic, Role: form.export.roleArn } : { Export: 'Off' }} />
      </Part>
      <Part title="Notifications" onEdit={() => goTo(3)}>
        <Facts columns={3} of={form.alerts.on ? { 'SNS topic': form.alerts.alertTargetArn, Role: form.alerts.roleArn } : { Alerts: 'Off' }} />
      </Part>
      <ExpandableSection headerText="Command line" headerDescription="The same with the AWS CLI">
        <Code text={commands} what="Commands" />
      </ExpandableSection>
      <ExpandableSection headerText="JSON" headerDescription="For create-security-profile --cli-input-json, and the import of this console">
        <JsonView value={createInput(form)} fileName={`${form.name.replaceAll(':', '_') || 'profile'}.json`} />
      </ExpandableSection>
    </SpaceBetween>
  );
}

function Part({ title, onEdit, children }: { title: string; onEdit: () => void; children: ReactNode }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button onClick={onEdit} ariaLabel={`Edit ${title.toLowerCase()}`}>
              Edit
            </Button>
          }
        >
          {title}
        </Header>
      }
    >
      {children}
    </Container>
  );
}

function Behaviors({ form }: StepProps) {
  const learned = form.behaviors.some(({ check }) => check === 'learned');
  return (
    <SpaceBetween size="m">
      {learned && <Alert type="info">Learned behaviors are kept, but not judged by this version.</Alert>}
      {form.behaviors.length === 0 ? (
        <Box>None: the profile retains metrics only.</Box>
      ) : (
        <Table
          variant="embedded"
          wrapLines
          items={form.behaviors}
          trackBy="id"
          ariaLabels={{ tableLabel: 'Behaviors' }}
          columnDefinitions={[
            { id: 'name', header: 'Name', isRowHeader: true, cell: ({ name }) => name },
            { id: 'normal', header: 'Normal is', cell: (row) => criteriaText(behaviorOf(row)) },
            { id: 'alarm', header: 'To alarm', cell: ({ toAlarm }) => toAlarm || '1' },
            { id: 'clear', header: 'To clear', cell: ({ toClear }) => toClear || '1' },
            { id: 'alerts', header: 'Alerts', cell: ({ suppress }) => (suppress ? 'Suppressed' : 'Sent') },
          ]}
        />
      )}
      {form.retained.length > 0 && (
        <Facts columns={1} of={{ 'Retained only': form.retained.map(({ metric, dimension }) => metricTitle(metric) + (dimension && ` (${dimension})`)).join(', ') }} />
      )}
    </SpaceBetween>
  );
}
