import Alert from '@cloudscape-design/components/alert';
import type { Health } from '../../../api';
import { healthNames } from '../config';

/** What is wrong with the server; nothing if all is well. */
export function HealthAlert({ health }: { health: Health[] }) {
  const ill = health.filter(({ healthy }) => !healthy);
  if (ill.length === 0) return null;
  return (
    <Alert type="error" header="Vedette is not well">
      {ill.map(({ name, message }) => (
        <div key={name}>
          {healthNames[name]}: {message}
        </div>
      ))}
    </Alert>
  );
}
