import Button from '@cloudscape-design/components/button';
import { formatNumber, plural } from '../../../commons/format';

interface NewsButtonProps {
  /** "alarm", "event" */
  one: string;
  fresh: number;
  /** Of those that are shown. */
  ended?: number;
  /** Whether all that are new would show for sure. */
  sure: boolean;
  onShow: () => void;
}

/** Tells what has changed while a list is held in its place; a click shows it. */
export function NewsButton({ one, fresh, ended = 0, sure, onShow }: NewsButtonProps) {
  const short = [fresh > 0 && (sure ? `${formatNumber(fresh)} new` : 'New'), ended > 0 && `${formatNumber(ended)} ended`].filter(Boolean).join(', ');
  const long = [fresh > 0 && (sure ? `${plural(fresh, `new ${one}`)}` : `new ${one}s`), ended > 0 && `${formatNumber(ended)} ended`].filter(Boolean).join(', ');
  return (
    <span role="status">
      {short && (
        <Button iconName="refresh" onClick={onShow} ariaLabel={`Refresh: ${long}`}>
          {short}
        </Button>
      )}
    </span>
  );
}
