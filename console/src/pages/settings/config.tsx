import Badge from '@cloudscape-design/components/badge';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AccessKey, DeploymentLimit } from '../../api';
import { CopyButton } from '../../commons/copy/copy-button';
import { formatBytes, formatNumber } from '../../commons/format';
import { PageLink } from '../../commons/link';
import type { TableConfig } from '../../commons/table';
import { Ago } from '../../commons/time/ago';
import { policyTitle } from './keys/policy';
import { countsBytes, limitTitle } from './limits';

/** Quotas of the server. */
export const limitsTable: TableConfig<DeploymentLimit> = {
  id: 'limits',
  one: 'limit',
  many: 'limits',
  key: ({ name }) => name,
  columns: [
    { id: 'title', header: 'Limit', rowHeader: true, minWidth: 300, value: ({ name }) => limitTitle(name), cell: ({ name }) => limitTitle(name) },
    { id: 'value', header: 'At most', minWidth: 140, value: ({ value }) => value || Infinity, cell: (limit) => <span className="vedette-number">{limitText(limit)}</span> },
    { id: 'name', header: 'Key in the configuration file', minWidth: 220, value: ({ name }) => name, cell: ({ name }) => <span className="vedette-mono">limits.{name}</span> },
  ],
  filters: [{ key: 'limit', label: 'Limit', group: 'Limits', operators: [':', '!:'], of: ({ name }) => [limitTitle(name), name] }],
};

function limitText({ name, value }: DeploymentLimit): string {
  if (value === 0) return 'No limit';
  return countsBytes(name) ? formatBytes(value) : formatNumber(value);
}

/** Access keys. */
export const keysTable: TableConfig<AccessKey> = {
  id: 'access-keys',
  one: 'access key',
  many: 'access keys',
  key: ({ name }) => name,
  sort: { column: 'name', descending: false },
  columns: [
    { id: 'name', header: 'Name', rowHeader: true, minWidth: 160, value: ({ name }) => name, cell: ({ name, accessKeyId }) => <PageLink to={`/settings/access-keys/${encodeURIComponent(accessKeyId)}`}>{name}</PageLink> },
    { id: 'id', header: 'Access key ID', minWidth: 240, width: 270, value: ({ accessKeyId }) => accessKeyId, cell: ({ accessKeyId }) => <CopyButton inline text={accessKeyId} what="Access key ID" /> },
    { id: 'may', header: 'May do', minWidth: 160, value: mayText, cell: (key) => (key.root ? <Badge color="grey">{mayText(key)}</Badge> : mayText(key)) },
    { id: 'status', header: 'Status', minWidth: 110, value: ({ status }) => status, cell: ({ status }) => <KeyStatus of={status} /> },
    { id: 'used', header: 'Last used', minWidth: 120, value: ({ lastUsedAt }) => lastUsedAt, cell: (key) => <LastUsed of={key} /> },
    { id: 'created', header: 'Created', minWidth: 120, value: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Ago time={createdAt} /> },
  ],
  filters: [
    { key: 'name', label: 'Name', group: 'Names', operators: [':', '=', '^', '!:'], of: ({ name, accessKeyId }) => [name, accessKeyId] },
    {
      key: 'status',
      label: 'Status',
      values: [
        { value: 'ACTIVE', label: 'Active' },
        { value: 'INACTIVE', label: 'Disabled' },
      ],
      of: ({ status }) => status,
    },
  ],
};

export function mayText({ root, policy }: AccessKey): string {
  return root ? 'Everything' : policyTitle(policy);
}

export function KeyStatus({ of }: { of: AccessKey['status'] }) {
  return of === 'ACTIVE' ? <StatusIndicator type="success">Active</StatusIndicator> : <StatusIndicator type="stopped">Disabled</StatusIndicator>;
}

/** The day: more is not kept. */
export function LastUsed({ of: { lastUsedAt, root } }: { of: AccessKey }) {
  if (root) return <>not kept</>;
  return <>{lastUsedAt === undefined ? 'never' : new Date(lastUsedAt * 1000).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })}</>;
}

/** Whether one may: a row of the table of permissions. */
export interface Permission {
  action: string;
  extent: string;
}

export const permissionsTable: TableConfig<Permission> = {
  id: 'permissions',
  one: 'action',
  many: 'actions',
  key: ({ action }) => action,
  sort: { column: 'action', descending: false },
  pageSizes: [10, 25, 50, 150],
  columns: [
    { id: 'action', header: 'Action', rowHeader: true, minWidth: 280, value: ({ action }) => action, cell: ({ action }) => <span className="vedette-mono">{action}</span> },
    { id: 'extent', header: 'Allowed', minWidth: 260, value: ({ extent }) => extent, cell: ({ extent }) => <Extent of={extent} /> },
  ],
  filters: [
    { key: 'action', label: 'Action', group: 'Actions', operators: [':', '^', '!:'], of: ({ action }) => action },
    {
      key: 'extent',
      label: 'Allowed',
      values: [
        { value: 'ALLOWED', label: 'On everything' },
        { value: 'SOME', label: 'On some resources' },
        { value: 'DENIED', label: 'Not at all' },
      ],
      of: ({ extent }) => extent,
    },
  ],
};

function Extent({ of }: { of: string }) {
  if (of === 'ALLOWED') return <StatusIndicator type="success">On everything</StatusIndicator>;
  if (of === 'SOME') return <StatusIndicator type="info">On some resources, or under conditions</StatusIndicator>;
  return <StatusIndicator type="stopped">Not at all</StatusIndicator>;
}
