import { describe, expect, inject } from 'vitest';
import { removeByName } from '../rig/remove';
import { Server } from '../rig/server';
import { test } from '../rig/visit';

const world = () => Server.at(inject('world').dir);

describe('measures', () => {
  test('ok/a dimension is tried, made and deleted', async ({ visit }) => {
    const { page } = await visit({ path: '/dimensions/create' });
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('orders');
    await page.getByRole('textbox', { name: 'Topic filter 1' }).fill('plant/+/orders/#');
    const topic = page.getByRole('textbox', { name: 'Topic', exact: true });
    await topic.fill('plant/7/stock');
    await page.getByText('Not in the dimension').waitFor();
    await topic.fill('plant/7/orders/new');
    await page.getByText('In the dimension: counted by "in"').waitFor();
    await page.getByRole('button', { name: 'Create dimension' }).click();
    await page.getByText('Dimension orders is created').waitFor();
    expect(await world().iot('describe-dimension', '--name', 'orders')).toMatchObject({ type: 'TOPIC_FILTER', stringValues: ['plant/+/orders/#'] });
    await removeByName(page, 'orders');
    await page.getByText('Dimension orders is deleted').waitFor();
    expect(await world().iot('list-dimensions')).toMatchObject({ dimensionNames: ['own-topics', 'telemetry'] });
  });

  test('ok/a custom metric is made and deleted', async ({ visit }) => {
    const { page } = await visit({ path: '/metrics/create' });
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('doors');
    await page.getByRole('button', { name: 'Create custom metric' }).click();
    await page.getByText('Custom metric doors is created').waitFor();
    expect(await world().iot('describe-custom-metric', '--metric-name', 'doors')).toMatchObject({ metricName: 'doors', metricType: 'number' });
    await removeByName(page, 'doors');
    await page.getByText('Custom metric doors is deleted').waitFor();
  });

  test('fail/a dimension that a profile uses is not deleted', async ({ visit }) => {
    const { page } = await visit({ path: '/dimensions/own-topics' });
    await page.getByRole('button', { name: 'Delete', exact: true }).first().click();
    await page.getByRole('dialog').getByText('cloud-usage').waitFor();
  });
});
