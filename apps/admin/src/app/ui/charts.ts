import { LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { provideEchartsCore } from 'ngx-echarts';

echarts.use([CanvasRenderer, GridComponent, LineChart, TooltipComponent]);

/** Only the parts of ECharts that the console draws with; a page that has none does not load them. */
export function provideCharts(): ReturnType<typeof provideEchartsCore> {
  return provideEchartsCore({ echarts });
}
