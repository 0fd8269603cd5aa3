import type { IndependenceResult, SetIndependenceRequest } from '@moolai/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

/** Body of the switch. */
export class SetIndependenceDto implements SetIndependenceRequest {
  @ApiProperty({ example: true })
  @IsBoolean()
  is_independent: boolean;
}

/** What the switch reached. */
export class IndependenceResultDto implements IndependenceResult {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ example: true })
  is_independent: boolean;

  @ApiProperty({
    type: 'object',
    required: ['database', 'env_file', 'json_file'],
    selfRequired: true,
    properties: {
      database: { type: 'boolean', example: true },
      env_file: { type: 'boolean', example: true },
      json_file: { type: 'boolean', example: true },
    },
    description: 'Which of the three places hold the new value.',
  })
  persisted: IndependenceResult['persisted'];
}
