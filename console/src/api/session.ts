import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { call, type Output } from './client';
import { ApiError } from './error';
import { operations, type OperationName } from './operations_gen';
import { keyOf } from './queries';
import { sign, type Credentials } from './sign';

export type Session = Output<'GetSession'>;
export type SignInOptions = Output<'DescribeSignIn'>;

/** The session of this browser; null: there is none. */
export function useSessionQuery() {
  return useQuery<Session | null, Error>({
    queryKey: keyOf('GetSession', {}),
    queryFn: async ({ signal }) => {
      try {
        return await call('GetSession', {}, { signal });
      } catch (error) {
        if (error instanceof ApiError && error.signedOut) return null;
        throw error;
      }
    },
    staleTime: 5 * 60_000,
  });
}

/** The session, below RequireSession, which sees to it that there is one. */
export function useSession(): Session | undefined {
  return useSessionQuery().data ?? undefined;
}

export type Answer = 'ALLOWED' | 'SOME' | 'DENIED';

/** Whether a session may: ALLOWED, SOME (on some resources, under conditions) or DENIED. */
export function mayOf(session: Session | undefined, action: string): Answer {
  if (action === '') return 'ALLOWED';
  const actions = session?.actions as Partial<Record<string, Answer>> | undefined;
  return actions?.[action] ?? 'DENIED';
}

/** Whether to offer a session what an operation does. */
export function allowed(session: Session | undefined, name: OperationName): boolean {
  return mayOf(session, operations[name].action) !== 'DENIED';
}

/** Whether the one who is signed in may do what an operation does: useMay('DeleteThing'). */
export function useMay(name: OperationName): Answer {
  return mayOf(useSession(), operations[name].action);
}

/** Whether to offer something: an action ("iot:DeleteThing") or an operation's name ("DeleteThing"). */
export function useCan(what: OperationName | `iot:${string}` | `vedette:${string}`): boolean {
  const session = useSession();
  return mayOf(session, what.includes(':') ? what : operations[what as OperationName].action) !== 'DENIED';
}

export function useSignIn() {
  const client = useQueryClient();
  return async (credentials: Credentials, region: string): Promise<void> => {
    const unsigned = { method: 'POST', host: location.host, path: operations.CreateSession.uri, region };
    const session = await call('CreateSession', {}, { headers: sign(unsigned, credentials, new Date()) });
    replaceSession(client, session);
  };
}

export function useSignOut() {
  const client = useQueryClient();
  return async (): Promise<void> => {
    try {
      await call('DeleteSession', {});
    } finally {
      replaceSession(client, null);
    }
  };
}

/** Nothing that one user saw stays for the next. */
function replaceSession(client: QueryClient, session: Session | null): void {
  client.setQueryData(keyOf('GetSession', {}), session);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'GetSession' && queryKey[0] !== 'DescribeSignIn' });
}
