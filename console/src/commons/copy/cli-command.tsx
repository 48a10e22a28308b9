import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { Input, OperationName } from '../../api';
import { cliCommand } from './cli';
import { Code } from './code';

/** The command line for a call, folded away. */
export function CliCommand<N extends OperationName>({ operation, input, title = 'Command line' }: { operation: N; input: Input<N>; title?: string }) {
  return (
    <ExpandableSection headerText={title} headerDescription="The same with the AWS CLI">
      <Code text={cliCommand(operation, input)} what="Command" />
    </ExpandableSection>
  );
}
