import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';
import { readPreference, writePreference } from '../preferences';

export type ThemeChoice = 'system' | 'light' | 'dark';
const choices: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const key = 'theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const watchers = new Set<() => void>();

export function themeChoice(): ThemeChoice {
  return readPreference(key, (value) => choices.find((choice) => choice === value)) ?? 'system';
}

export function isDark(): boolean {
  const choice = themeChoice();
  return choice === 'dark' || (choice === 'system' && dark.matches);
}

/** Shows the chosen theme, and follows the system while that is chosen. Called once at the start. */
export function startTheme(): void {
  dark.addEventListener('change', show);
  show();
}

export function chooseTheme(choice: ThemeChoice): void {
  writePreference(key, choice);
  show();
}

function show(): void {
  applyMode(isDark() ? Mode.Dark : Mode.Light);
  watchers.forEach((watcher) => watcher());
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(watch, themeChoice);
}

/** For what is drawn on a canvas: whether the page is dark. */
export function useDark(): boolean {
  return useSyncExternalStore(watch, isDark);
}
