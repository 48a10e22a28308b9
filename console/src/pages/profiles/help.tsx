import Box from '@cloudscape-design/components/box';

// Content of the help panel.

export const profilesHelp = {
  title: 'Security profiles',
  content: (
    <>
      <p>A security profile is a list of behaviors: each says what is normal for one metric, &quot;bytes out at most 20 KB in 5 min&quot;. It applies to the things of its targets.</p>
      <h3>Threshold types</h3>
      <dl>
        <dt>Static</dt>
        <dd>A value that you give.</dd>
        <dt>Statistical</dt>
        <dd>A percentile of what the profile&apos;s own things did in the window before. It moves with the fleet.</dd>
        <dt>Machine learning</dt>
        <dd>What a model has learned. Such behaviors are kept, but this version does not judge them.</dd>
      </dl>
      <h3>Metrics retained</h3>
      <p>Values are kept of metrics that a behavior judges, and of these in addition. Charts and suggested thresholds are made of kept values.</p>
    </>
  ),
};

export const behaviorsHelp = {
  title: 'Behaviors',
  content: (
    <>
      <p>A behavior says what is normal. &quot;Less than 5&quot; alarms at 5 and above.</p>
      <h3>Datapoints</h3>
      <p>A datapoint is one value of one thing: of a device-side metric one for each report, of a cloud-side metric one for each window.</p>
      <p>
        With <Box variant="strong">datapoints to alarm</Box> 3, a thing is in alarm after three in a row that are not normal; one that is normal in between begins the count anew.{' '}
        <Box variant="strong">Datapoints to clear</Box> works the same way back. Both are 1 if you leave them empty.
      </p>
      <h3>Statistical thresholds</h3>
      <p>
        The threshold is a percentile of the values that all things of the profile had in the window before. &quot;At most p99&quot; alarms on things above 99 % of the fleet. At least two things must have values,
        or nothing is judged. On a fleet that is all alike, &quot;less than&quot; alarms on everything: use &quot;at most&quot;.
      </p>
      <h3>Lists of addresses and ports</h3>
      <p>With &quot;in&quot;, everything a thing reports must be of the list. With &quot;not in&quot;, nothing of it may. An empty report is always normal.</p>
      <h3>Dimensions</h3>
      <p>A dimension narrows a cloud-side metric to messages of some topics, or with &quot;not in&quot; to all others.</p>
    </>
  ),
};
