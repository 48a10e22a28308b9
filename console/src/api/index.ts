// What pages use of the API. Nothing else fetches.
export { call, type Input, type Output } from './client';
export { ApiError, memberFaults, messageOf } from './error';
export type { Kind } from './kinds';
export { LiveProvider, useCounters, useLive, useLiveState, useWatchedThing } from './live-context';
export type { LiveEvents } from './live';
export { durations, isMetricName, metricInfo, metricOf, type MetricInfo } from './metric';
export * from './metrics_gen';
export { operations, type ListName, type OperationName, type Operations } from './operations_gen';
export { allLimit, useAll, usePages, type Item, type Pages } from './pages';
export { newQueryClient, useMutationOf, useOperation, type QueryOptions } from './queries';
export { allowed, useCan, useMay, useSession, useSessionQuery, useSignIn, useSignOut, type Session } from './session';
export type * from './shapes_gen';
