import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Box from '@cloudscape-design/components/box';
import { Code } from '../../../commons/copy/code';

/** For who has no key yet. */
export function KeyHelp() {
  return (
    <ExpandableSection headerText="Where do I find an access key?">
      <Box variant="p">
        The first start of the server made one: it is in the file <code>credentials</code> in the server&apos;s data directory (<code>DATA_DIR/credentials</code>).
      </Box>
      <Box variant="p">Who runs the server makes more, each with what it may do:</Box>
      <Code text="vedette key create --name alice --policy-file policy.json" what="Command" />
    </ExpandableSection>
  );
}
