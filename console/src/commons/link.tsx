import CloudscapeLink, { type LinkProps } from '@cloudscape-design/components/link';
import { useHref, useNavigate } from 'react-router';

/** A link to a page of the console, with its path below /console. */
export function PageLink({ to, children, ...rest }: { to: string } & Omit<LinkProps, 'href' | 'onFollow'>) {
  const navigate = useNavigate();
  const href = useHref(to);
  return (
    <CloudscapeLink
      {...rest}
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(to);
      }}
    >
      {children}
    </CloudscapeLink>
  );
}
