import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

/** Copies a text; what: "Command", "JSON". */
export function CopyButton({ text, what, inline = false }: { text: string; what: string; inline?: boolean }) {
  return (
    <CopyToClipboard
      variant={inline ? 'inline' : 'button'}
      copyButtonText="Copy"
      copyButtonAriaLabel={`Copy ${what}`}
      textToCopy={text}
      copySuccessText={`${what} copied`}
      copyErrorText={`${what} could not be copied: select it and copy by hand`}
    />
  );
}
