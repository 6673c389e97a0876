import { Stack } from 'aws-cdk-lib'
import { CfnVPCEndpoint, Peer, Port, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { Config } from './config.ts'
import { allow, deny, type Permission } from './permission.ts'
import type { Placement } from './squall-function.ts'

/** S3, DynamoDB, Systems Manager and Secrets Manager are asked by TLS. */
const awsPort = 443

/**
 * Places the functions that send requests into subnets of the user's VPC, so that they reach private targets. S3 and
 * DynamoDB are reached by gateway endpoints, which cost nothing and need no NAT. The security group lets nothing in, and out
 * only to the ports that may be tested and to AWS.
 */
export function network(scope: Construct, { vpc: given, allow: targets }: Config): Placement | undefined {
  if (given === undefined) return undefined
  const { vpcId, subnets } = given
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId,
    availabilityZones: subnets.map(({ availabilityZone }) => availabilityZone),
  })
  const securityGroup = new SecurityGroup(scope, 'Generators', {
    vpc,
    description: 'Squall: functions that send requests',
    allowAllOutbound: false,
  })
  const ranges = [awsPort, ...targets.ports].map(port => (typeof port === 'number' ? { from: port, to: port } : port))
  const distinct = new Map(ranges.map(range => [`${range.from}-${range.to}`, range]))
  for (const { from, to } of distinct.values()) securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcpRange(from, to))
  // Without a policy of their own: it would bind everybody else behind the same route table.
  if (given.gatewayEndpoints)
    for (const service of ['s3', 'dynamodb'])
      new CfnVPCEndpoint(scope, `${service}-endpoint`, {
        vpcId,
        vpcEndpointType: 'Gateway',
        serviceName: `com.amazonaws.${Stack.of(scope).region}.${service}`,
        routeTableIds: [...new Set(subnets.map(({ routeTableId }) => routeTableId))],
      })
  return {
    vpc,
    vpcSubnets: {
      subnets: subnets.map(({ subnetId, availabilityZone, routeTableId }) =>
        Subnet.fromSubnetAttributes(scope, subnetId, { subnetId, availabilityZone, routeTableId }),
      ),
    },
    securityGroups: [securityGroup],
  }
}

const interfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/**
 * The Lambda service makes a function's network interfaces with the function's role; its own code may not.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function networkPermissions(functionArn: string): Permission[] {
  return [
    allow(interfaceActions, ['*'], {
      because:
        'The Lambda service makes network interfaces that do not exist yet; a Deny keeps the code from the same.',
    }),
    deny(interfaceActions, ['*'], { conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } } }),
  ]
}
