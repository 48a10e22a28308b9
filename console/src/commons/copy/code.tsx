import { CopyButton } from './copy-button';

/** Lines of code or a command, to read and to copy. */
export function Code({ text, what = 'Text', label, maxHeight }: { text: string; what?: string; label?: string; maxHeight?: number }) {
  return (
    <div className="vedette-code">
      <pre tabIndex={0} aria-label={label ?? what} style={maxHeight ? { maxHeight } : undefined}>
        {text}
      </pre>
      <div className="vedette-code-copy">
        <CopyButton text={text} what={what} />
      </div>
    </div>
  );
}
