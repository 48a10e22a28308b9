import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Facts } from '../../../commons/detail/facts';
import { CopyButton } from '../../../commons/copy/copy-button';
import type { Made } from '../model/made';

/** What was made, with a way to take it back. noUndo: permissions that this lacks. */
export function MadeFacts({ made, noUndo, busy, onRemove }: { made: Made; noUndo: string[]; busy: boolean; onRemove: () => void }) {
  return (
    <SpaceBetween size="l">
      {made.policyDiffers && (
        <Alert type="warning" header={`Policy ${made.policyName} is not the one that this page would make`}>
          It existed and was attached as it is: the device may do what it says. If the device is refused, look there first.
        </Alert>
      )}
      <Container>
        <SpaceBetween size="l">
          <Facts
            columns={2}
            of={{
              Thing: `${made.thingName}${made.thingExisted ? ' (existed)' : ''}`,
              'Thing group': made.groupName,
              Policy: `${made.policyName}${made.policyExisted ? ' (existed)' : ''}`,
              Certificate: (
                <span className="vedette-mono">
                  <CopyButton inline text={made.certificateArn} what="ARN" /> {made.certificateId}
                </span>
              ),
            }}
          />
          {noUndo.length === 0 ? (
            <Button onClick={onRemove} loading={busy}>
              Remove what was made
            </Button>
          ) : (
            <span>To remove it again one needs {noUndo.join(', ')}, which {noUndo.length === 1 ? 'is' : 'are'} missing.</span>
          )}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
