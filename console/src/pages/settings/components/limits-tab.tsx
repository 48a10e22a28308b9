import { useOperation } from '../../../api';
import { ResourceTable, useLocalRows } from '../../../commons/table';
import { limitsTable } from '../config';

/** The quotas in force. */
export function LimitsTab() {
  const query = useOperation('DescribeDeployment', {});
  const rows = useLocalRows(limitsTable, { ...query, data: query.data?.limits });
  return <ResourceTable rows={rows} variant="container" title="Limits" description="In force now. The configuration file raises or lowers them." />;
}
