import { metricTypeNames, metricTypes } from './types';

/** Content of the help panel. */
export const metricsHelp = {
  title: 'Custom metrics',
  content: (
    <>
      <p>
        A custom metric is something that your devices measure themselves and send in the <code>custom_metrics</code> of their reports: a battery&apos;s charge, who is logged in, which modules are loaded. Behaviors judge it
        like the metrics of AWS.
      </p>
      <h3>Types</h3>
      <dl>
        {metricTypeNames.map((type) => (
          <div key={type}>
            <dt>{metricTypes[type].title}</dt>
            <dd>{metricTypes[type].help}</dd>
          </div>
        ))}
      </dl>
      <p>Name and type stay for good: behaviors and kept values depend on them. The display name can change.</p>
      <h3>What is kept</h3>
      <p>
        A value of a metric that does not exist, or of another type, is passed over; the rest of the report counts. Values are kept once a security profile that applies to the thing judges or retains the metric.
      </p>
    </>
  ),
};
