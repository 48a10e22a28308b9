import { variables } from './filter';

/** Content of the help panel. */
export const dimensionsHelp = {
  title: 'Dimensions',
  content: (
    <>
      <p>
        A dimension narrows a cloud-side metric to messages of some topics. &quot;Messages sent, in orders&quot; counts what a device publishes on the topics of orders; &quot;not in orders&quot; counts everything else. One
        metric with another dimension is a metric of its own: values are kept apart.
      </p>
      <h3>Metrics that take one</h3>
      <p>Messages sent, messages received, message size, authorization failures, and source IP.</p>
      <h3>Topic filters</h3>
      <dl>
        <dt>
          <code>+</code>
        </dt>
        <dd>
          one level: <code>plant/+/state</code> matches <code>plant/7/state</code>
        </dd>
        <dt>
          <code>#</code>
        </dt>
        <dd>
          all that follows, at the end: <code>plant/#</code> matches <code>plant/7/state</code>, but not <code>plant</code> itself
        </dd>
        {variables.map(({ name, meaning }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{meaning}. If there is no such value, the filter matches nothing.</dd>
          </div>
        ))}
      </dl>
      <p>Upper and lower case differ. A filter that begins with a wildcard does not match topics that begin with $.</p>
    </>
  ),
};
