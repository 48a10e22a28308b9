import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Output } from '../../../../api';
import { formatNumber, plural } from '../../../../commons/format';
import { lister, outside } from '../../model/spread';
import { elementsOf, type Member } from '../../model/value-text';
import type { BehaviorFieldsProps } from './behavior-fields';

/** What the fleet's lists have in them most, to take over with a click. */
export function FleetMembers({ form, onChange, spread }: BehaviorFieldsProps & { spread: Output<'GetDistribution'> }) {
  const members = spread.members ?? [];
  const member = form.member || 'strings';
  const elements = elementsOf(member, form.value);
  const listed = lister(form.operator, elements);
  const violators = form.operator && elements.length > 0 ? outside(members, form.operator, elements) : [];
  const add = (names: string[]) => onChange({ ...form, value: joined(member, [...elements, ...names]) });
  return (
    <SpaceBetween size="xs">
      <ul className="vedette-members" aria-label="Members of the fleet's lists">
        {members.map(({ member: name, things }) => (
          <li key={name}>
            <Button
              iconName={listed(name) ? 'check' : 'add-plus'}
              disabled={listed(name)}
              disabledReason="It is in the list"
              ariaLabel={`Add ${name}, of ${plural(things, 'thing')}`}
              onClick={() => add([name])}
            >
              {name}
            </Button>
            <span>{plural(things, 'thing')}</span>
          </li>
        ))}
      </ul>
      {(spread.differentMembers ?? 0) > members.length && (
        <Box color="text-body-secondary" fontSize="body-s">
          The {members.length} most frequent of {formatNumber(spread.differentMembers ?? 0)}.
        </Box>
      )}
      {elements.length > 0 && (
        <StatusIndicator type={violators.length === 0 ? 'success' : 'warning'}>
          {violators.length === 0 ? 'None of these would violate' : `${violators.length} of ${plural(members.length, 'member')} would violate`}
        </StatusIndicator>
      )}
      {members.some(({ member: name }) => !listed(name)) && (
        <Button variant="inline-link" onClick={() => add(members.flatMap(({ member: name }) => (listed(name) ? [] : [name])))}>
          Add all
        </Button>
      )}
    </SpaceBetween>
  );
}

function joined(member: Member, elements: string[]): string {
  return elements.join(member === 'cidrs' || member === 'strings' ? '\n' : ', ');
}
