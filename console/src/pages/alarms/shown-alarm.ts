import { useSearchParams } from 'react-router';

interface ShownAlarm {
  /** Id of the violation in the split panel. */
  shown: string | undefined;
  show: (violationId: string) => void;
  close: () => void;
}

/** The alarm that the split panel shows stands in the URL (?alarm=), and its tab (?about=). */
export function useShownAlarm(): ShownAlarm {
  const [search, setSearch] = useSearchParams();
  const alarm = search.get('alarm') ?? '';
  return {
    shown: /^[a-zA-Z0-9-]{1,128}$/.test(alarm) ? alarm : undefined,
    show: (violationId) => setSearch((search) => changed(search, { alarm: violationId })),
    close: () => setSearch((search) => changed(search, { alarm: undefined, about: undefined })),
  };
}

/** A choice that stands in the URL under a name; fallback does not. */
export function useUrlChoice<C extends string>(name: string, choices: readonly C[], fallback: C): [C, (choice: C) => void] {
  const [search, setSearch] = useSearchParams();
  const chosen = choices.find((choice) => choice === search.get(name)) ?? fallback;
  return [chosen, (choice) => setSearch((search) => changed(search, { [name]: choice === fallback ? undefined : choice }), { replace: true })];
}

function changed(search: URLSearchParams, values: Record<string, string | undefined>): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  return next;
}
