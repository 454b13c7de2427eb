// Draws the charts of the pages. What they show is in attributes of their elements, as JSON.
'use strict';
(() => {
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const short = value => String(Number(Number(value).toPrecision(4)));
  const percent = value => short(Number((100 * value).toPrecision(3))) + ' %';

  const look = () => ({
    animation: false,
    textStyle: {color: colour('--ink'), fontFamily: getComputedStyle(document.body).fontFamily},
    color: ['--c0', '--c1', '--c2', '--c3'].map(colour)
  });

  const axis = (name, more) => Object.assign({
    type: 'value', name, nameLocation: 'middle', nameGap: 28,
    nameTextStyle: {color: colour('--soft')},
    axisLabel: {color: colour('--soft')},
    axisLine: {lineStyle: {color: colour('--line')}},
    splitLine: {lineStyle: {color: colour('--line')}}
  }, more);

  // tips are drawn on the canvas: as HTML they would need styles that the page's policy forbids
  const tip = more => Object.assign({
    renderMode: 'richText', confine: true, backgroundColor: colour('--card'),
    borderColor: colour('--line'), textStyle: {color: colour('--ink')}
  }, more);

  const kinds = {
    lines(chart) {
      const told = chart.percent ? percent : short;
      const x = axis(chart.x, {scale: true, splitLine: {show: false}});
      if (chart.least !== undefined) { x.min = chart.least; x.max = chart.most; }
      const y = axis(chart.y, {nameGap: 46, scale: !chart.percent && chart.least === undefined});
      if (chart.percent) { y.axisLabel.formatter = percent; y.min = 0; }
      return {
        grid: {left: 66, right: 44, top: 34, bottom: 44},
        legend: {top: 0, textStyle: {color: colour('--ink')}},
        tooltip: tip({trigger: 'axis', valueFormatter: told}),
        xAxis: x, yAxis: y,
        // dashes tell lines apart where colours do not, or where one lies on another
        series: (chart.series || []).map((line, i) => ({
          type: 'line', name: line.name, data: line.points, showSymbol: line.points.length < 12,
          lineStyle: {type: ['solid', 'dashed', [3, 2], [8, 3, 2, 3]][i % 4]}
        }))
      };
    },
    pairs(chart) {
      return {
        grid: {left: 8, right: 24, top: 34, bottom: 42, containLabel: true},
        legend: {top: 0, textStyle: {color: colour('--ink')}},
        tooltip: tip({trigger: 'axis', axisPointer: {type: 'shadow'}, valueFormatter: percent}),
        xAxis: axis(chart.x, {axisLabel: {color: colour('--soft'), formatter: percent}}),
        yAxis: {
          type: 'category', inverse: true, data: chart.labels, axisTick: {show: false},
          axisLabel: {color: colour('--ink')}, axisLine: {lineStyle: {color: colour('--line')}}
        },
        series: chart.series.map(one => ({type: 'bar', name: one.name, barMaxWidth: 12, data: one.values}))
      };
    },
    bars(chart, width) {
      return {
        grid: {left: 8, right: 24, top: 6, bottom: 42, containLabel: true},
        tooltip: tip({trigger: 'axis', axisPointer: {type: 'shadow'}, valueFormatter: short}),
        xAxis: axis(chart.x),
        yAxis: {
          type: 'category', inverse: true, data: chart.labels, axisTick: {show: false},
          axisLabel: {color: colour('--ink'), width: Math.min(290, width / 2), overflow: 'truncate'},
          axisLine: {onZero: false, lineStyle: {color: colour('--line')}}
        },
        series: [{
          type: 'bar', barMaxWidth: 18,
          data: chart.values.map(value => ({
            value, itemStyle: {color: colour(value < 0 ? '--down' : '--up')}
          }))
        }]
      };
    },
    fan(chart) {
      const before = chart.sold.map(() => null);
      // all lines meet at the newest period of the past
      const last = chart.sold.length - 1;
      const after = values => last < 0 ? values : before.slice(0, last).concat([chart.sold[last]], values);
      const wide = chart.high.map((high, i) => high - chart.low[i]);
      const band = last < 0 ? wide : before.slice(0, last).concat([0], wide);
      const [sold, expected, interval] = chart.names;
      const plain = {type: 'line', showSymbol: false};
      return {
        grid: {left: 66, right: 44, top: 34, bottom: 44},
        legend: {top: 0, data: [sold, expected, interval], textStyle: {color: colour('--ink')}},
        tooltip: tip({
          trigger: 'axis',
          formatter: at => {
            const i = at[0].dataIndex;
            const h = i - chart.sold.length;
            return chart.days[i] + '\n' + (h < 0
              ? sold + ' ' + short(chart.sold[i])
              : expected + ' ' + short(chart.expected[h]) + '\n'
                + interval + ' ' + short(chart.low[h]) + ' – ' + short(chart.high[h]));
          }
        }),
        xAxis: axis(chart.x, {type: 'category', data: chart.days, boundaryGap: false, splitLine: {show: false}}),
        yAxis: axis(chart.y, {nameGap: 46, min: 0}),
        series: [
          Object.assign({name: 'low', stack: 'band', silent: true, lineStyle: {opacity: 0}, itemStyle: {opacity: 0}, data: after(chart.low)}, plain),
          Object.assign({name: interval, stack: 'band', silent: true, color: colour('--c0'), lineStyle: {opacity: 0}, areaStyle: {opacity: 0.22}, data: band}, plain),
          Object.assign({name: sold, color: colour('--ink'), data: chart.sold}, plain),
          Object.assign({name: expected, color: colour('--c0'), lineStyle: {type: 'dashed'}, data: after(chart.expected)}, plain)
        ]
      };
    },
    spans(chart) {
      const wide = chart.high.map((high, i) => high - chart.low[i]);
      return {
        grid: {left: 8, right: 24, top: 6, bottom: 42, containLabel: true},
        tooltip: tip({
          trigger: 'axis', axisPointer: {type: 'shadow'},
          formatter: at => {
            const i = at[0].dataIndex;
            return chart.labels[i] + '\n' + short(chart.middle[i])
              + ' (' + short(chart.low[i]) + ' – ' + short(chart.high[i]) + ')';
          }
        }),
        xAxis: axis(chart.x, {min: 0}),
        yAxis: {
          type: 'category', inverse: true, data: chart.labels, axisTick: {show: false},
          axisLabel: {color: colour('--ink')}, axisLine: {lineStyle: {color: colour('--line')}}
        },
        series: [
          {type: 'bar', stack: 'span', silent: true, itemStyle: {color: 'transparent'}, data: chart.low},
          {type: 'bar', stack: 'span', barMaxWidth: 12, itemStyle: {color: colour('--c0'), opacity: 0.35}, data: wide},
          {type: 'scatter', symbolSize: 10, itemStyle: {color: colour('--c0')}, data: chart.middle.map((x, i) => [x, i])}
        ]
      };
    }
  };

  const drawn = new Map();

  const show = (element, chart) => {
    if (element.dataset.rows) {
      element.style.height = (56 + 26 * Number(element.dataset.rows)) + 'px';
    }
    let canvas = drawn.get(element);
    if (!canvas) {
      canvas = echarts.init(element, null, {renderer: 'canvas'});
      drawn.set(element, canvas);
    }
    canvas.resize();
    canvas.setOption(Object.assign(look(), kinds[chart.kind](chart, element.clientWidth)), true);
    element.dataset.drawn = 'true';
  };

  const poll = element => {
    const again = () => { setTimeout(() => poll(element), 1000 * Number(element.dataset.every)); };
    if (!document.contains(element)) { return; }
    fetch(element.dataset.source, {headers: {Accept: 'application/json'}})
      .then(answer => answer.ok ? answer.json() : null)
      .then(chart => { if (chart) { show(element, chart); } again(); })
      .catch(again);
  };

  const draw = root => {
    if (!window.echarts) { return; }
    for (const [element, canvas] of drawn) {
      if (!document.contains(element)) { canvas.dispose(); drawn.delete(element); }
    }
    for (const element of root.querySelectorAll('.chart')) {
      if (drawn.has(element)) { continue; }
      if (element.dataset.source) { poll(element); }
      else if (element.dataset.chart) { show(element, JSON.parse(element.dataset.chart)); }
    }
  };

  document.addEventListener('DOMContentLoaded', () => draw(document));
  // the library is large, and nothing but the charts waits for it
  const library = document.querySelector('script[data-charts]');
  if (library) { library.addEventListener('load', () => draw(document)); }
  document.addEventListener('htmx:afterSettle', () => draw(document));
  // a refusal is shown where the answer would have been
  document.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.responseText) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  window.addEventListener('resize', () => { for (const canvas of drawn.values()) { canvas.resize(); } });
})();
