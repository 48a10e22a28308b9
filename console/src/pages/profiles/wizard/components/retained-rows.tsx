import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { metricInfo } from '../../../../api';
import { newRetained, type RetainedForm } from '../../model/profile-form';
import type { StepProps } from '../steps';
import { DimensionFields } from './dimension-fields';
import { MetricSelect } from './metric-select';

/** Metrics that are kept without a behavior: "don't send an alert". */
export function RetainedRows({ form, change, faults, choices }: StepProps) {
  const { retained } = form;
  const set = (index: number, row: RetainedForm) => change({ retained: retained.with(index, row) }, row.id);
  return (
    <Container header={<Header variant="h2" description="Values are kept, for charts and suggested thresholds; nothing is judged. Metrics of behaviors are kept anyway.">Metrics to retain only</Header>}>
      <AttributeEditor<RetainedForm>
        items={retained}
        addButtonText="Add metric"
        removeButtonText="Remove"
        removeButtonAriaLabel={({ metric }) => `Remove ${metric || 'the metric'}`}
        empty="No metrics."
        onAddButtonClick={() => change({ retained: [...retained, newRetained()] })}
        onRemoveButtonClick={({ detail }) => change({ retained: retained.toSpliced(detail.itemIndex, 1) })}
        definition={[
          {
            label: 'Metric',
            errorText: ({ id }) => faults[`${id}.metric`],
            control: (row, index) => (
              <MetricSelect
                metric={row.metric}
                custom={choices.custom}
                onChange={({ name, dimension }) => set(index, { ...row, metric: name, dimension: dimension ? row.dimension : '' })}
              />
            ),
          },
          {
            label: 'Dimension',
            control: (row, index) =>
              metricInfo(row.metric, choices.custom[row.metric])?.dimension || row.dimension ? (
                <DimensionFields dimension={row.dimension} operator={row.dimensionOperator} dimensions={choices.dimensions} onChange={(changed) => set(index, { ...row, ...changed })} />
              ) : (
                'None'
              ),
          },
          {
            label: 'Export',
            control: (row, index) => (
              <Checkbox checked={row.exported} onChange={({ detail }) => set(index, { ...row, exported: detail.checked })}>
                Export
              </Checkbox>
            ),
          },
        ]}
      />
    </Container>
  );
}
