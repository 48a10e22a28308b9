/** What the limits are about, by their names in the configuration file. */
const titles: Record<string, { title: string; bytes?: boolean }> = {
  profilesPerTarget: { title: 'Security profiles attached to one target' },
  dimensions: { title: 'Dimensions' },
  customMetrics: { title: 'Custom metrics' },
  tagsPerResource: { title: 'Tags of one resource' },
  groupsPerThing: { title: 'Thing groups that one thing is in' },
  groupDepth: { title: 'Levels of thing groups' },
  attributes: { title: 'Attributes of a thing without a thing type' },
  typedAttributes: { title: 'Attributes of a thing with a thing type, or of a group' },
  searchableAttributes: { title: 'Searchable attributes of a thing type' },
  policiesPerPrincipal: { title: 'Policies attached to one certificate' },
  policiesPerGroup: { title: 'Policies attached to one thing group' },
  policyVersions: { title: 'Versions of one policy' },
  policyDocumentSize: { title: 'Characters of a policy document' },
  sessions: { title: 'MQTT sessions, connected or not' },
  sessionsPerPrincipal: { title: 'MQTT sessions of one certificate or access key' },
  subscriptions: { title: 'Subscriptions of one session' },
  queuedMessages: { title: 'Messages that wait for one session' },
  queuedBytes: { title: 'Bytes that wait for one session', bytes: true },
  totalQueuedBytes: { title: 'Bytes that wait for all sessions', bytes: true },
  outboundBytes: { title: 'Bytes that one connection may leave unread', bytes: true },
  retainedMessages: { title: 'Retained messages' },
  retainedBytes: { title: 'Bytes of retained messages', bytes: true },
};

export function limitTitle(name: string): string {
  return titles[name]?.title ?? name;
}

export function countsBytes(name: string): boolean {
  return titles[name]?.bytes ?? false;
}
