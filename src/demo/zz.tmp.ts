import { spawn } from "node:child_process"; import { createInterface } from "node:readline"; import { readFileSync } from "node:fs";
import { EC2Client, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { request, Agent } from "node:http";
import { createHash, createHmac } from "node:crypto";
const count=process.argv[2]??"200000";
const child=spawn(process.execPath,[import.meta.dirname+"/endpoint-process.ts","--count",count,"--cache-mb",process.argv[3]??"512"],{stdio:["pipe","pipe","inherit"]});
const l=createInterface({input:child.stdout})[Symbol.asyncIterator]();
const a=JSON.parse((await l.next()).value);
const cpu=()=>{const s=readFileSync(`/proc/${child.pid}/stat`,"utf8").split(" ");return (Number(s[13])+Number(s[14]))*10};
const rss=()=>/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`,"utf8"))![1];
async function raw(label:string){ // raw client without parsing
 const agent=new Agent({keepAlive:true}); let token="",pages=0,bytes=0; const t=performance.now(),c0=cpu();
 for(;;){ const body="Action=DescribeImages&IncludeDeprecated=true&MaxResults=1000&Version=2016-11-15"+(token?"&NextToken="+encodeURIComponent(token):"");
  const u=new URL(a.url); const date="20260901T000000Z",day="20260901",scope=`${day}/us-east-1/ec2/aws4_request`; const sh=(x:string)=>createHash("sha256").update(x).digest("hex");
  const canon=`POST\n/\n\nhost:${u.host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${sh(body)}`; let k:any="AWS4"+a.secretAccessKey; for(const p of [day,"us-east-1","ec2","aws4_request"]) k=createHmac("sha256",k).update(p).digest();
  const sig=createHmac("sha256",k).update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sh(canon)}`).digest("hex");
  const tail=await new Promise<Buffer>((res,rej)=>{const r=request(a.url,{method:"POST",agent,headers:{"x-amz-date":date,authorization:`AWS4-HMAC-SHA256 Credential=${a.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${sig}`}},m=>{let last=Buffer.alloc(0);m.on("data",d=>{bytes+=d.length;last=d.length>300?d.subarray(-300):Buffer.concat([last,d]).subarray(-300)});m.on("end",()=>res(last))});r.on("error",rej);r.end(body)});
  pages++; const m=/<nextToken>(.*)<\/nextToken>/.exec(tail.toString()); if(!m)break; token=m[1]!; }
 const ms=performance.now()-t; console.log(label,{pages,ms:Math.round(ms),pagesPerSecond:(pages/ms*1000).toFixed(1),imgsPerSecond:Math.round(pages*1000/ms*1000),serverCpuMsPerPage:((cpu()-c0)/pages).toFixed(1),MB:Math.round(bytes/1e6),rssMB:Math.round(Number(rss())/1024)}); agent.destroy(); }
async function sdk(label:string){ const c=new EC2Client({region:"us-east-1",endpoint:a.url,credentials:{accessKeyId:a.accessKeyId,secretAccessKey:a.secretAccessKey}}); let n=0,pages=0;const t=performance.now(),c0=cpu();
 for await(const p of paginateDescribeImages({client:c,pageSize:1000},{IncludeDeprecated:true})){n+=p.Images!.length;pages++;} const ms=performance.now()-t; console.log(label,{n,imgsPerSecond:Math.round(n/ms*1000),serverCpuMsPerPage:((cpu()-c0)/pages).toFixed(1),serverShareOfOneCore:((cpu()-c0)/ms).toFixed(2)}); c.destroy();}
if(process.argv[4]!=="rawonly"){ await sdk("sdk cold"); await sdk("sdk warm"); }
await raw("raw 1"); if(process.argv[4]!=="rawonly") await raw("raw 2");
child.stdin.end();
