// Content of the help panel.

export const thingsHelp = {
  title: 'Things',
  content: (
    <>
      <p>A thing is a device: what the registry knows by that name, and what connects or reports under it. The client id of a connection is the name of its thing.</p>
      <h3>States</h3>
      <dl>
        <dt>Connected, disconnected</dt>
        <dd>Whether it holds an MQTT connection now.</dd>
        <dt>Reporting</dt>
        <dd>Its last accepted report is at most 15 minutes old.</dd>
        <dt>Silent</dt>
        <dd>It was seen before, but has sent no accepted report for 15 minutes, connected or not.</dd>
        <dt>In alarm</dt>
        <dd>It has an active alarm.</dd>
        <dt>Unregistered</dt>
        <dd>It connected or reported, but the registry has no thing of that name.</dd>
      </dl>
      <h3>Find</h3>
      <p>A name is found by its beginning. Upper and lower case count. A thing group finds the things of the groups below it too.</p>
    </>
  ),
};

export const thingHelp = {
  title: 'One thing',
  content: (
    <>
      <h3>Defender metrics</h3>
      <p>Values are kept of metrics that a behavior judges, and of those that a profile retains in addition. What is drawn is what is kept.</p>
      <p>
        A device-side metric such as bytes out has one value for each report: what was sent since the report before. A behavior judges their sum over its duration; choose the sum to compare with its threshold. A
        cloud-side metric has one value for each 5 minutes.
      </p>
      <p>Thresholds of the behaviors that apply to the thing are drawn in. Dashed steps are percentiles of the fleet, which move. Triangles are alarms.</p>
      <h3>Reports</h3>
      <p>The last reports that were accepted, as far as the log still has them, and why reports were rejected since the server started.</p>
      <h3>Unregistered things</h3>
      <p>A thing that is not in the registry is judged by profiles for all things and for unregistered things. Register it to put it into groups and to give it certificates.</p>
    </>
  ),
};
