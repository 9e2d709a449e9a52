const places = [];
const seen=new Set(); const q=[['global',globalThis],['api',api],['fn',()=>{}],['afn',async()=>{}],['gen',function*(){}],['agen',async function*(){}],['geno',(function*(){})()],['agn',(async function*(){})()],['it',[][Symbol.iterator]()],['sit',''[Symbol.iterator]()],['mit',new Map().entries()],['setit',new Set().values()],['bn',api.BigNumber(1)],['err',new TypeError('x')],['p',Promise.resolve()],['re',/x/],['d',new Date()],['args',(function(){return arguments})()],['hlp', [].values().map?[].values().map(x=>x):0],['wrapit', Iterator.from({next(){}})], ['prom', api.emit.constructor],['done',done]];
const own=new Set();
while(q.length){ const [n,x]=q.pop(); if((typeof x!=='object'&&typeof x!=='function')||x===null||seen.has(x)) continue; seen.add(x);
 try { if (Object.prototype.hasOwnProperty.call(x, '__planted')) places.push(n); x.__planted = 1; } catch (e) {}
 if (Object.isFrozen(x)) { const was = Object.getPrototypeOf(x); try { Object.setPrototypeOf(x, {}); if (was !== Object.getPrototypeOf(x)) places.push(`prototype of ${n}`); } catch (e) {} }
 q.push([n+'.__proto__',Object.getPrototypeOf(x)]);
 for(const k of Reflect.ownKeys(x)){ const d=Object.getOwnPropertyDescriptor(x,k); for(const w of ['value','get','set']) if(d[w]) q.push([n+'.'+String(k)+(w=='value'?'':':'+w),d[w]]); }
}

api.emit('out', { objects: seen.size, open: places });
