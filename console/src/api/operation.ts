/** What the client needs to know of an operation to send a call. */
export interface OperationInfo {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with the members that stand in it: /things/{thingName}; {arn+} may hold slashes. */
  uri: string;
  /** What a policy must allow: iot:CreateThing; empty: nothing is needed. */
  action: string;
  /** Members that stand in the query, and their names there. */
  query?: Record<string, string>;
  /** Members that stand in headers. */
  header?: Record<string, string>;
  /** Members of the query that are times. */
  times?: string[];
  /** The member that is the whole body. */
  payload?: string;
  page?: PageInfo;
}

/** Members by which a list is read in pages. */
export interface PageInfo {
  token: string;
  next: string;
  /** Empty: the length of a page cannot be asked for. */
  limit: string;
  items: string;
}
