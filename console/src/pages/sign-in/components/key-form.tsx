import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useSignIn } from '../../../api';
import { advice } from '../advice';

interface KeyFormProps {
  region: string;
  /** Why a sign-in by single sign-on failed. */
  failed: string | null;
  primary: boolean;
}

/** Sign-in with an access key. The secret signs one request and is not kept. */
export function KeyForm({ region, failed, primary }: KeyFormProps) {
  const signIn = useSignIn();
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecretAccessKey] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(failed ?? '');
  const submit = async () => {
    setTried(true);
    if (!accessKeyId.trim() || !secretAccessKey.trim()) return;
    setBusy(true);
    setError('');
    try {
      await signIn({ accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() }, region);
    } catch (error) {
      setError(advice(error));
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <SpaceBetween size="m">
        {error && (
          <Alert type="error" header="You are not signed in">
            {error}
          </Alert>
        )}
        <FormField label="Access key ID" errorText={tried && !accessKeyId.trim() && 'Enter the access key ID, such as AKIA….'}>
          <Input name="username" value={accessKeyId} onChange={({ detail }) => setAccessKeyId(detail.value)} autoComplete="username" spellcheck={false} autoFocus />
        </FormField>
        <FormField label="Secret access key" errorText={tried && !secretAccessKey.trim() && 'Enter the secret access key that belongs to the ID.'}>
          <Input name="password" type="password" value={secretAccessKey} onChange={({ detail }) => setSecretAccessKey(detail.value)} autoComplete="current-password" />
        </FormField>
        <Button variant={primary ? 'primary' : 'normal'} fullWidth loading={busy}>
          Sign in
        </Button>
      </SpaceBetween>
    </form>
  );
}
