import Table from '@cloudscape-design/components/table';
import type { ViolationEvent } from '../../../api';
import { At } from '../../../commons/time/ago';
import { MetricValueText } from '../../../commons/value/metric-value';
import { EventMark } from './states';

/** The events of one alarm, from its begin to its end. */
export function Episode({ events }: { events: ViolationEvent[] }) {
  return (
    <Table
      variant="embedded"
      items={events}
      trackBy={({ violationEventType = '' }) => violationEventType}
      ariaLabels={{ tableLabel: 'Events of this alarm' }}
      columnDefinitions={[
        { id: 'time', header: 'Time', cell: ({ violationEventTime }) => <At time={violationEventTime} /> },
        { id: 'event', header: 'Event', cell: ({ violationEventType }) => <EventMark type={violationEventType} />, isRowHeader: true, minWidth: 150 },
        { id: 'value', header: 'Value', cell: ({ metricValue, behavior }) => <MetricValueText value={metricValue} metric={behavior?.metric} limit={12} /> },
      ]}
      wrapLines
    />
  );
}
