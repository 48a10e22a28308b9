import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useDebounced } from '../debounce';
import { topicFault } from '../filter';
import { MatchResult } from './match-result';

interface Sample {
  topic: string;
  clientId: string;
  thingName: string;
}

/** Tries topics on filters, saved or not. saved: the dimension that has exactly these filters. */
export function TopicTester({ filters, saved }: { filters: string[]; saved?: string }) {
  const [sample, setSample] = useState<Sample>({ topic: '', clientId: '', thingName: '' });
  const tried = useDebounced(JSON.stringify(sample));
  const used = useDebounced(JSON.stringify(filters));
  const field = (key: keyof Sample, label: string, placeholder: string, constraintText: string, fault?: string) => (
    <FormField label={label} constraintText={constraintText} errorText={fault}>
      <Input value={sample[key]} placeholder={placeholder} disableBrowserAutocorrect autoComplete={false} spellcheck={false} onChange={({ detail }) => setSample({ ...sample, [key]: detail.value })} />
    </FormField>
  );
  return (
    <Container header={<Header variant="h2" description="Which of the filters a message would match, as the gateway decides it">Try a topic</Header>}>
      <SpaceBetween size="l">
        <ColumnLayout columns={3}>
          {field('topic', 'Topic', 'plant/7/orders/new', 'Without + and #', topicFault(sample.topic))}
          {field('clientId', 'Client id', 'press-7', 'What ${iot:ClientId} stands for')}
          {field('thingName', 'Thing name', 'press-7', 'Of a registered thing: for ${iot:Connection.Thing.ThingName}')}
        </ColumnLayout>
        <MatchResult sample={JSON.parse(tried) as Sample} filters={JSON.parse(used) as string[]} saved={saved} />
      </SpaceBetween>
    </Container>
  );
}
