import Button from '@cloudscape-design/components/button';
import { formatNumber } from '../../../commons/format';

interface NewAlarmsProps {
  count: number;
  /** Whether all of them are in the list for sure. */
  sure: boolean;
  onShow: () => void;
}

/** Tells of new alarms while the list is held in its place; a click shows them. */
export function NewAlarms({ count, sure, onShow }: NewAlarmsProps) {
  return (
    <span role="status">
      {count > 0 && (
        <Button iconName="angle-up" onClick={onShow} ariaLabel={sure ? `Show ${count} new alarms` : 'Show new alarms'}>
          {sure ? `${formatNumber(count)} new` : 'New alarms'}
        </Button>
      )}
    </span>
  );
}
