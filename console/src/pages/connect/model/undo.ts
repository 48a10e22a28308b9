import { ApiError, messageOf } from '../../../api';

interface Part {
  what: string;
  remove: () => Promise<unknown>;
}

/** What was made, to be removed in the opposite order. */
export class Undoing {
  private parts: Part[] = [];

  add(what: string, remove: () => Promise<unknown>): void {
    this.parts.push({ what, remove });
  }

  /** What is still there. */
  get left(): string[] {
    return this.parts.map(({ what }) => what);
  }

  /**
   * Removes all of it, and tells what could not be removed and why. That stays known: run
   * again tries it again.
   */
  async run(): Promise<string[]> {
    const problems: string[] = [];
    const kept: Part[] = [];
    for (const part of this.parts.toReversed()) {
      try {
        await part.remove();
      } catch (error) {
        if (error instanceof ApiError && error.notFound) continue; // someone else was faster
        problems.push(`${part.what}: ${messageOf(error)}`);
        kept.unshift(part);
      }
    }
    this.parts = kept;
    return problems;
  }
}
