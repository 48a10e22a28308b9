import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, useCan, type CertificateStatus, type Output } from '../../../api';
import { nameOfArn, sentence } from '../../../commons/names';
import type { TableConfig } from '../../../commons/table';
import { At } from '../../../commons/time/ago';

/** A certificate of a thing, as far as one may see it. */
export interface CertificateRow {
  arn: string;
  id: string;
  status: CertificateStatus | undefined;
  notBefore: number | undefined;
  notAfter: number | undefined;
}

/** The certificates with these ARNs. */
export function useCertificates(arns: string[]) {
  const may = useCan('DescribeCertificate');
  const answers = useQueries({
    queries: arns.map((arn) => ({
      queryKey: ['DescribeCertificate', { certificateId: nameOfArn(arn) }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('DescribeCertificate', { certificateId: nameOfArn(arn) }, { signal }),
      enabled: may,
    })),
    combine: descriptionsOf,
  });
  const data = useMemo(
    () =>
      arns.map((arn, i): CertificateRow => {
        const { status, validity } = answers[i] ?? {};
        return { arn, id: nameOfArn(arn), status, notBefore: validity?.notBefore, notAfter: validity?.notAfter };
      }),
    [arns, answers],
  );
  return { data, error: null, isLoading: false, refetch: () => undefined };
}

function descriptionsOf(results: { data: Output<'DescribeCertificate'> | undefined }[]) {
  return results.map(({ data }) => data?.certificateDescription);
}

const marks: Partial<Record<CertificateStatus, StatusIndicatorProps.Type>> = { ACTIVE: 'success', INACTIVE: 'stopped', REVOKED: 'error' };

export function CertificateMark({ status }: { status: CertificateStatus | undefined }) {
  if (!status) return <>–</>;
  return <StatusIndicator type={marks[status] ?? 'pending'}>{sentence(status)}</StatusIndicator>;
}

export const certificatesTable: TableConfig<CertificateRow> = {
  id: 'thing-certificates',
  one: 'certificate',
  many: 'certificates',
  key: ({ arn }) => arn,
  columns: [
    { id: 'id', header: 'Certificate ID', rowHeader: true, minWidth: 300, value: ({ id }) => id, cell: ({ id }) => <span className="vedette-mono">{id}</span> },
    { id: 'status', header: 'Status', minWidth: 120, value: ({ status }) => status, cell: ({ status }) => <CertificateMark status={status} /> },
    { id: 'from', header: 'Valid from', minWidth: 170, hidden: true, value: ({ notBefore }) => notBefore, cell: ({ notBefore }) => <At time={notBefore} /> },
    { id: 'until', header: 'Valid until', minWidth: 170, value: ({ notAfter }) => notAfter, cell: ({ notAfter }) => <At time={notAfter} /> },
  ],
};
